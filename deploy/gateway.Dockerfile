# The gateway. Build from the root of the sources: docker build -f deploy/gateway.Dockerfile -t tollgate-gateway .
ARG JAVA_VERSION=25
ARG MAVEN_VERSION=3.9
ARG NODE_VERSION=22

FROM node:${NODE_VERSION}-bookworm-slim AS node

FROM maven:${MAVEN_VERSION}-eclipse-temurin-${JAVA_VERSION} AS build
# npm fetches the fonts of invoices, by their hashes.
COPY --from=node /usr/local/ /usr/local/
WORKDIR /sources
COPY . .
RUN --mount=type=cache,target=/var/cache/maven --mount=type=cache,target=/var/cache/npm \
    npm_config_cache=/var/cache/npm mvn -B -q -Dmaven.repo.local=/var/cache/maven -Dmaven.test.skip=true -Dspotless.check.skip=true -pl gateway -am package
# In layers: what others wrote changes seldom, so a new version of ours is a small download.
RUN cp gateway/target/tollgate-gateway-*-SNAPSHOT.jar /gateway.jar \
    && java -Djarmode=tools -jar /gateway.jar extract --layers --destination /layers

FROM eclipse-temurin:${JAVA_VERSION}-jre
RUN groupadd --gid 10001 tollgate && useradd --uid 10001 --gid tollgate --no-create-home --shell /usr/sbin/nologin tollgate \
    && install -d -o tollgate -g tollgate /var/lib/tollgate
WORKDIR /opt/tollgate
COPY --from=build /layers/dependencies/ ./
COPY --from=build /layers/spring-boot-loader/ ./
COPY --from=build /layers/snapshot-dependencies/ ./
COPY --from=build /layers/application/ ./
USER 10001:10001
# Settlements wait here while PostgreSQL is away; it must outlive the container.
VOLUME /var/lib/tollgate
ENV TOLLGATE_BILLING_JOURNAL_DIR=/var/lib/tollgate/journal \
    JAVA_TOOL_OPTIONS="-XX:MaxRAMPercentage=70 --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"
EXPOSE 8080
STOPSIGNAL SIGTERM
ENTRYPOINT ["java", "-jar", "gateway.jar"]

# The backend with the engines that need no GPU: the CPU engine with its demo model, and remote servers.
# Build from the root of the sources: docker build -f deploy/backend.Dockerfile -t tollgate-backend .
ARG JAVA_VERSION=25
ARG MAVEN_VERSION=3.9
ARG NODE_VERSION=22

FROM node:${NODE_VERSION}-bookworm-slim AS node

FROM maven:${MAVEN_VERSION}-eclipse-temurin-${JAVA_VERSION} AS build
# npm fetches the CPU engine's libraries, by their hashes.
COPY --from=node /usr/local/ /usr/local/
WORKDIR /sources
COPY . .
# Tests are compiled: the engines take the contract that all must keep to from there.
RUN --mount=type=cache,target=/var/cache/maven --mount=type=cache,target=/var/cache/npm \
    npm_config_cache=/var/cache/npm mvn -B -q -Dmaven.repo.local=/var/cache/maven -DskipTests -Dspotless.check.skip=true \
    -pl inference-backend/engines -am package

FROM eclipse-temurin:${JAVA_VERSION}-jre
RUN groupadd --gid 10001 tollgate && useradd --uid 10001 --gid tollgate --create-home --shell /usr/sbin/nologin tollgate
WORKDIR /opt/tollgate
COPY --from=build /sources/inference-backend/backend/target/dist/native/ native/
COPY --from=build /sources/inference-backend/demo-model/tollgate-demo-q8_0.gguf models/
COPY --from=build /sources/inference-backend/engines/target/dist/lib/ lib/
USER 10001:10001
ENV TOLLGATE_BACKEND_MODEL=tollgate-demo=/opt/tollgate/models/tollgate-demo-q8_0.gguf \
    TOLLGATE_BACKEND_NATIVE_DIR=/opt/tollgate/native \
    TOLLGATE_BACKEND_HOST=0.0.0.0 \
    TOLLGATE_BACKEND_PORT=9090
EXPOSE 9090
STOPSIGNAL SIGTERM
ENTRYPOINT ["java", "-XX:+UseSerialGC", "-Xmx256m", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-cp", "/opt/tollgate/lib/*", "dev.tollgate.inference.server.BackendMain"]

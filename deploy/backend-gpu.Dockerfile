# The backend with TensorRT-LLM, on NVIDIA's image that brings it together with Triton.
# Build from the root of the sources:
#   docker build -f deploy/backend-gpu.Dockerfile --build-arg TRITON_VERSION=25.10 -t tollgate-backend-gpu .
ARG JAVA_VERSION=25
ARG MAVEN_VERSION=3.9
ARG NODE_VERSION=22
ARG TRITON_VERSION=25.10

FROM node:${NODE_VERSION}-bookworm-slim AS node

FROM maven:${MAVEN_VERSION}-eclipse-temurin-${JAVA_VERSION} AS build
COPY --from=node /usr/local/ /usr/local/
WORKDIR /sources
COPY . .
# Tests are compiled: the engines take the contract that all must keep to from there.
RUN --mount=type=cache,target=/var/cache/maven --mount=type=cache,target=/var/cache/npm \
    npm_config_cache=/var/cache/npm mvn -B -q -Dmaven.repo.local=/var/cache/maven -DskipTests -Dspotless.check.skip=true \
    -pl inference-backend/engines -am package

FROM eclipse-temurin:${JAVA_VERSION}-jre AS java

FROM nvcr.io/nvidia/tritonserver:${TRITON_VERSION}-trtllm-python-py3
RUN groupadd --gid 10001 tollgate && useradd --uid 10001 --gid tollgate --create-home --shell /usr/sbin/nologin tollgate
COPY --from=java /opt/java/openjdk /opt/java/openjdk
WORKDIR /opt/tollgate
COPY --from=build /sources/inference-backend/engines/target/dist/lib/ lib/
USER 10001:10001
# The layout executor: the C++ backend runs an engine for several GPUs from one process, without mpirun around it.
ENV PATH=/opt/java/openjdk/bin:${PATH} \
    TOLLGATE_BACKEND_HOST=0.0.0.0 \
    TOLLGATE_BACKEND_PORT=9090 \
    TRTLLM_ORCHESTRATOR=1
EXPOSE 9090
STOPSIGNAL SIGTERM
ENTRYPOINT ["java", "-Xmx1g", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-cp", "/opt/tollgate/lib/*", "dev.tollgate.inference.server.BackendMain"]

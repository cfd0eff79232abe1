# newscite with all that it needs, the models included: it downloads nothing when it runs.
# How to use it: docs/operating.md. Any image that has Python 3.11 or later and glibc will do.
ARG PYTHON=python:3.11-slim-bookworm

FROM ${PYTHON} AS build
RUN python3 -m venv /opt/newscite
ENV PATH=/opt/newscite/bin:$PATH PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
# What is pinned changes seldom, and is a layer of its own.
COPY requirements.lock ./
RUN pip install --no-deps --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY rag rag
COPY ingest ingest
COPY api api
COPY eval eval
# It was pinned too, for this.
RUN pip install --no-deps --no-build-isolation . && pip uninstall --yes pip

FROM ${PYTHON}
# /data is the corpus; newscite.toml may be mounted into /etc/newscite, where the server runs.
RUN groupadd --gid 10001 newscite \
    && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin newscite \
    && install -d -o 10001 -g 10001 -m 0700 /data \
    && install -d /etc/newscite
COPY --from=build /opt/newscite /opt/newscite
ENV PATH=/opt/newscite/bin:$PATH NEWSCITE_DATA_DIR=/data HOME=/tmp PYTHONUNBUFFERED=1
USER 10001:10001
WORKDIR /etc/newscite
VOLUME /data
EXPOSE 8000
# uvicorn finishes what is under way, and newscite waits for its own processes: no init is needed.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python3", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["newscite"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]

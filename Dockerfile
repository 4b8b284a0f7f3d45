# One image for all roles: `sla worker`, `sla intake`, `sla projector`, `sla kafka init`.
# The embedded PostgreSQL is left out of it: here there is a database of its own.
ARG PYTHON_IMAGE=python:3.11-slim

FROM ${PYTHON_IMAGE} AS build
WORKDIR /build
RUN python -m venv /opt/sla
COPY requirements.runtime.lock ./
RUN /opt/sla/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps \
        -r requirements.runtime.lock \
    && /opt/sla/bin/pip uninstall --yes --quiet pip setuptools
COPY schemas /opt/sla/app/schemas
COPY streams /opt/sla/app/streams
COPY projections /opt/sla/app/projections
COPY agreements /opt/sla/app/agreements
COPY docs /opt/sla/app/docs
COPY sla /opt/sla/app/sla
RUN /opt/sla/bin/python -m compileall -q /opt/sla/app

FROM ${PYTHON_IMAGE}
COPY --from=build /opt/sla /opt/sla
ENV PATH=/opt/sla/bin:$PATH PYTHONPATH=/opt/sla/app PYTHONUNBUFFERED=1 SLA_HOME=/tmp/sla
USER 10001:10001
WORKDIR /tmp
ENTRYPOINT ["python", "-m", "sla"]
CMD ["--help"]

# The server: HTTP API and dashboard, beside the hub that ORCHESTRATOR_HUB names. Build it from the repository's top folder:
#   docker build -f infra/containers/server.Dockerfile -t orchestrator-server .
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet restore src/Orchestrator.Cli --locked-mode \
 && dotnet publish src/Orchestrator.Cli -c Release --no-restore -o /product

FROM mcr.microsoft.com/dotnet/aspnet:10.0
RUN apt-get update && apt-get install -y --no-install-recommends git tzdata && rm -rf /var/lib/apt/lists/*
COPY --from=build /product /opt/orchestrator
RUN ln -s /opt/orchestrator/orchestrator /usr/local/bin/orchestrator && install -d -o app -g app -m 700 /data
USER app
ENV ORCHESTRATOR_DATA=/data Server__AllowHttp=true
EXPOSE 4080
ENTRYPOINT ["/bin/sh", "-c", "exec orchestrator serve --hub \"$ORCHESTRATOR_HUB\" --urls http://0.0.0.0:4080"]

// The server, and workers of orchestrators and model turns. Their containers can't open a sandbox: commands run on tool hosts.
param location string
param tags object
param token string
param subnetId string
param registryServer string
param server { id: string, clientId: string, principalId: string }
param worker { id: string, clientId: string, principalId: string }
param serverImage string
param workerImage string
param hub string
param payloadsUrl string
param runs { id: string, clientId: string, principalId: string, name: string }
param runDatabase string
param files { server: string, path: string }
param vaultUrl string
param logsName string

var shared = [
  { name: 'ORCHESTRATOR_DATA', value: '/shared/data' } // The path that tool hosts have it at.
  { name: 'Payloads__Blobs__ContainerUrl', value: payloadsUrl }
  { name: 'RunDatabase__Postgres', value: runDatabase }
  { name: 'RunDatabase__ShowsIdentity', value: 'true' }
  { name: 'RunDatabase__ClientId', value: runs.clientId }
  { name: 'OPENAI_API_KEY', secretRef: 'openai-api-key' }
]

// The folder is made by a tool host, for the account that the images run as.
var volumes = [{ name: 'data', storageType: 'NfsAzureFile', storageName: 'data' }]
var mounts = [{ volumeName: 'data', mountPath: '/shared/data', subPath: 'data' }]

// Until the first deployment there is no image of ours.
var placeholder = 'mcr.microsoft.com/k8se/quickstart:latest'

resource logs 'Microsoft.OperationalInsights/workspaces@2023-09-01' existing = {
  name: logsName
}

resource environment 'Microsoft.App/managedEnvironments@2025-01-01' = {
  name: 'cae-${token}'
  location: location
  tags: tags
  properties: {
    appLogsConfiguration: { destination: 'azure-monitor' }
    vnetConfiguration: { infrastructureSubnetId: subnetId }
    workloadProfiles: [{ name: 'Consumption', workloadProfileType: 'Consumption' }]
  }
}

resource data 'Microsoft.App/managedEnvironments/storages@2025-01-01' = {
  parent: environment
  name: 'data'
  properties: { nfsAzureFile: { server: files.server, shareName: files.path, accessMode: 'ReadWrite' } }
}

resource logging 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'logs'
  scope: environment
  properties: {
    workspaceId: logs.id
    logs: [{ categoryGroup: 'allLogs', enabled: true }]
  }
}

resource serverApp 'Microsoft.App/containerApps@2025-01-01' = {
  name: 'ca-server-${token}'
  location: location
  tags: union(tags, { 'azd-service-name': 'server' })
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${server.id}': {}, '${runs.id}': {} } }
  dependsOn: [data]
  properties: {
    environmentId: environment.id
    workloadProfileName: 'Consumption'
    configuration: {
      activeRevisionsMode: 'Single'
      ingress: { external: true, targetPort: 4080, transport: 'http', allowInsecure: false }
      registries: [{ server: registryServer, identity: server.id }]
      secrets: [{ name: 'openai-api-key', keyVaultUrl: '${vaultUrl}secrets/openai-api-key', identity: server.id }]
    }
    template: {
      containers: [
        {
          name: 'server'
          image: empty(serverImage) ? placeholder : serverImage
          resources: { cpu: 1, memory: '2Gi' }
          env: concat(
            [
              { name: 'AZURE_CLIENT_ID', value: server.clientId }
              { name: 'ORCHESTRATOR_HUB', value: '${hub};ClientID=${server.clientId}' }
            ],
            shared
          )
          volumeMounts: mounts
          probes: [{ type: 'Readiness', httpGet: { path: '/readyz', port: 4080 }, periodSeconds: 10 }]
        }
      ]
      volumes: volumes
      scale: { minReplicas: 1, maxReplicas: 1 }
    }
  }
}

resource workerApp 'Microsoft.App/containerApps@2025-01-01' = {
  name: 'ca-worker-${token}'
  location: location
  tags: union(tags, { 'azd-service-name': 'worker' })
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${worker.id}': {}, '${runs.id}': {} } }
  dependsOn: [data]
  properties: {
    environmentId: environment.id
    workloadProfileName: 'Consumption'
    configuration: {
      activeRevisionsMode: 'Single'
      registries: [{ server: registryServer, identity: worker.id }]
      secrets: [{ name: 'openai-api-key', keyVaultUrl: '${vaultUrl}secrets/openai-api-key', identity: worker.id }]
    }
    template: {
      containers: [
        {
          name: 'worker'
          image: empty(workerImage) ? placeholder : workerImage
          resources: { cpu: 1, memory: '2Gi' }
          env: concat(
            [
              { name: 'AZURE_CLIENT_ID', value: worker.clientId }
              { name: 'ORCHESTRATOR_HUB', value: '${hub};ClientID=${worker.clientId}' }
            ],
            shared
          )
          volumeMounts: mounts
        }
      ]
      volumes: volumes
      scale: { minReplicas: 1, maxReplicas: 10 }
    }
  }
}

output serverUrl string = 'https://${serverApp.properties.configuration.ingress!.fqdn}'

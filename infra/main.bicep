// The whole deployment: one resource group, every identity with the roles that it needs, and no key anywhere.
targetScope = 'subscription'

@description('The name of the environment, as the Azure Developer CLI knows it.')
@minLength(1)
@maxLength(24)
param environmentName string

@description('Where everything is.')
@minLength(1)
param location string

@description('The object id of whoever deploys: uploads the package, and is told of spending.')
param principalId string

@description('Whether that is a person or a pipeline.')
@allowed(['User', 'ServicePrincipal'])
param principalType string = 'User'

@description('The public half of the key that the tool hosts are made with. People sign in with their Entra account; the private half is thrown away.')
param toolHostPublicKey string

@description('How many machines run commands.')
@minValue(0)
@maxValue(20)
param toolHosts int = 1

@description('Whether the machines share their runs: the scheduler, a PostgreSQL server and files of the network in place of what each has for itself.')
param deployShared bool = false

@description('Whether the server and the workers of model turns run in Container Apps. They share their runs.')
param deployContainers bool = false

@description('Whether the Functions host runs orchestrators and activities. It shares its runs.')
param deployFunctions bool = false

@description('The image of the server; empty until the first one is deployed.')
param serverImage string = ''

@description('The image of the workers; empty until the first one is deployed.')
param workerImage string = ''

@description('What may be spent in a month, in the currency of the subscription.')
@minValue(1)
param monthlyBudget int = 500

@description('The first day of the month in which the budget begins.')
param budgetStart string = utcNow('yyyy-MM-01')

@description('The addresses that are mailed when the budget is nearly spent.')
param budgetContacts string[] = []

var token = toLower(uniqueString(subscription().id, environmentName, location))
var isShared = deployShared || deployContainers || deployFunctions
var tags = { 'azd-env-name': environmentName }

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identities 'app/identities.bicep' = {
  scope: group
  params: { location: location, tags: tags, token: token }
}

module network 'app/network.bicep' = {
  scope: group
  params: { location: location, tags: tags, token: token }
}

module monitoring 'app/monitoring.bicep' = {
  scope: group
  params: { location: location, tags: tags, token: token, publishers: identities.outputs.principalIds }
}

module storage 'app/storage.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    payloadWriters: identities.outputs.principalIds
    packageReaders: [identities.outputs.toolHost.principalId]
    functionsHost: identities.outputs.functions.principalId
    deployer: { principalId: principalId, principalType: principalType }
  }
}

module scheduler 'app/scheduler.bicep' = {
  scope: group
  params: { location: location, tags: tags, token: token, workers: identities.outputs.principalIds }
}

module vault 'app/vault.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    readers: identities.outputs.principalIds
    officer: { principalId: principalId, principalType: principalType }
  }
}

module postgres 'app/postgres.bicep' = if (isShared) {
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    administrator: { principalId: principalId, principalType: principalType }
    runs: identities.outputs.runs
    subnetId: network.outputs.postgresSubnetId
    privateZoneId: network.outputs.postgresZoneId
  }
}

module files 'app/files.bicep' = if (isShared) {
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    toolHostsSubnetId: network.outputs.toolHostsSubnetId
    containersSubnetId: network.outputs.containersSubnetId
  }
}

module registry 'app/registry.bicep' = if (deployContainers) {
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    pullers: [identities.outputs.server.principalId, identities.outputs.worker.principalId]
  }
}

module containers 'app/containers.bicep' = if (deployContainers) {
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    subnetId: network.outputs.containersSubnetId
    registryServer: registry!.outputs.loginServer
    server: identities.outputs.server
    worker: identities.outputs.worker
    serverImage: serverImage
    workerImage: workerImage
    hub: scheduler.outputs.connection
    payloadsUrl: storage.outputs.payloadsUrl
    runs: identities.outputs.runs
    runDatabase: postgres!.outputs.connection
    files: { server: files!.outputs.server, path: files!.outputs.path }
    vaultUrl: vault.outputs.url
    logsName: monitoring.outputs.logsName
  }
}

module hosts 'app/tool-hosts.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    subnetId: network.outputs.toolHostsSubnetId
    identity: identities.outputs.toolHost
    publicKey: toolHostPublicKey
    count: toolHosts
    packageUrl: storage.outputs.packageUrl
    payloadsUrl: storage.outputs.payloadsUrl
    vaultUrl: vault.outputs.url
    shared: isShared
      ? {
          hub: scheduler.outputs.connection
          runs: identities.outputs.runs
          runDatabase: postgres!.outputs.connection
          files: { server: files!.outputs.server, path: files!.outputs.path }
        }
      : null
    administrator: { principalId: principalId, principalType: principalType }
  }
}

module functions 'app/functions.bicep' = if (deployFunctions) {
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    identity: identities.outputs.functions
    storageName: storage.outputs.name
    deploymentUrl: storage.outputs.functionsUrl
    payloadsUrl: storage.outputs.payloadsUrl
    hub: scheduler.outputs.connection
    hubName: scheduler.outputs.hubName
    runs: identities.outputs.runs
    runDatabase: postgres!.outputs.connection
    insightsName: monitoring.outputs.insightsName
    vaultUrl: vault.outputs.url
  }
}

module budget 'app/budget.bicep' = {
  scope: group
  params: { amount: monthlyBudget, start: budgetStart, contacts: budgetContacts }
}

output AZURE_RESOURCE_GROUP string = group.name
output AZURE_STORAGE_ACCOUNT string = storage.outputs.name
output AZURE_KEY_VAULT_NAME string = vault.outputs.name
output AZURE_TOOL_HOSTS string = hosts.outputs.name
output AZURE_CONTAINER_REGISTRY_ENDPOINT string = deployContainers ? registry!.outputs.loginServer : ''
output ORCHESTRATOR_HUB string = scheduler.outputs.connection
output ORCHESTRATOR_PAYLOADS_URL string = storage.outputs.payloadsUrl
output ORCHESTRATOR_SERVER_URL string = deployContainers ? containers!.outputs.serverUrl : ''
output ORCHESTRATOR_RUN_DATABASE string = isShared ? postgres!.outputs.connection : ''

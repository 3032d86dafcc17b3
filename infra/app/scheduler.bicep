// The Durable Task Scheduler and its task hub. It knows identities only; there are no keys.
param location string
param tags object
param token string

@description('Who starts and works on orchestrations.')
param workers string[]

@description('The addresses that may call it; all of them still need a role.')
param allowedAddresses string[] = ['0.0.0.0/0']

var dataContributor = '0ad04412-c4d5-4796-b79c-f76d14c8d402' // Durable Task Data Contributor

resource scheduler 'Microsoft.DurableTask/schedulers@2025-11-01' = {
  name: 'dts-${token}'
  location: location
  tags: tags
  properties: {
    sku: { name: 'Consumption' }
    ipAllowlist: allowedAddresses
  }

  resource hub 'taskHubs' = {
    name: 'orchestrator'
  }
}

resource working 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for worker in workers: {
  name: guid(scheduler::hub.id, worker, dataContributor)
  scope: scheduler::hub
  properties: {
    principalId: worker
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', dataContributor)
  }
}]

@description('What clients and workers connect with; whose identity it is they add as ClientID=.')
output connection string = 'Endpoint=${scheduler.properties.endpoint};TaskHub=${scheduler::hub.name};Authentication=ManagedIdentity'
output hubName string = scheduler::hub.name

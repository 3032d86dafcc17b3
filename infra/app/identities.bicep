// Who the processes are. Each has its own identity; the modules of the resources give it roles there.
param location string
param tags object
param token string

resource server 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-server-${token}'
  location: location
  tags: tags
}

resource worker 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-worker-${token}'
  location: location
  tags: tags
}

resource toolHost 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-toolhost-${token}'
  location: location
  tags: tags
}

resource functions 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-functions-${token}'
  location: location
  tags: tags
}

// What the processes are to the run database, all of them: whoever makes a table there owns it.
resource runs 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-runs-${token}'
  location: location
  tags: tags
}

output server object = { id: server.id, clientId: server.properties.clientId, principalId: server.properties.principalId }
output worker object = { id: worker.id, clientId: worker.properties.clientId, principalId: worker.properties.principalId }
output toolHost object = { id: toolHost.id, clientId: toolHost.properties.clientId, principalId: toolHost.properties.principalId }
output functions object = { id: functions.id, clientId: functions.properties.clientId, principalId: functions.properties.principalId }
output runs object = { id: runs.id, clientId: runs.properties.clientId, principalId: runs.properties.principalId, name: runs.name }
output principalIds string[] = [
  server.properties.principalId
  worker.properties.principalId
  toolHost.properties.principalId
  functions.properties.principalId
]

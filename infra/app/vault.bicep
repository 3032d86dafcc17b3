// Keys of model providers, which only their owners can give. Everything of Azure's own goes by identity.
param location string
param tags object
param token string

@description('Who reads them.')
param readers string[]

@description('Who puts them there.')
param officer { principalId: string, principalType: string }

var secretsUser = '4633458b-17de-408a-b874-0445c86b69e6' // Key Vault Secrets User
var secretsOfficer = 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7' // Key Vault Secrets Officer

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-${token}'
  location: location
  tags: tags
  properties: {
    tenantId: subscription().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enablePurgeProtection: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
  }
}

resource reading 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for reader in readers: {
  name: guid(vault.id, reader, secretsUser)
  scope: vault
  properties: {
    principalId: reader
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
  }
}]

resource keeping 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, officer.principalId, secretsOfficer)
  scope: vault
  properties: {
    principalId: officer.principalId
    principalType: officer.principalType == 'User' ? 'User' : 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsOfficer)
  }
}

output name string = vault.name
output url string = vault.properties.vaultUri

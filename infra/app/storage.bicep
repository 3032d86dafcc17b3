// Payloads, the package for tool hosts, and what the Functions host needs. No shared keys, nothing public.
param location string
param tags object
@minLength(13)
param token string

@description('Who keeps payloads.')
param payloadWriters string[]

@description('Who installs the package.')
param packageReaders string[]

@description('The identity of the Functions host.')
param functionsHost string

@description('Who uploads the package.')
param deployer { principalId: string, principalType: string }

@description('After how many days a payload that is not read moves to a cheaper tier.')
param coolAfterDays int = 30

var blobContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe' // Storage Blob Data Contributor
var blobReader = '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1' // Storage Blob Data Reader
var blobOwner = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b' // Storage Blob Data Owner
var queueContributor = '974c5e8b-45b9-4653-ba55-5f855dd0fb88' // Storage Queue Data Contributor
var tableContributor = '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3' // Storage Table Data Contributor

resource account 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'st${token}'
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_ZRS' }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    allowCrossTenantReplication: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }

  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      deleteRetentionPolicy: { enabled: true, days: 7 }
      containerDeleteRetentionPolicy: { enabled: true, days: 7 }
      lastAccessTimeTrackingPolicy: { enable: true, name: 'AccessTimeTracking', trackingGranularityInDays: 1, blobType: ['blockBlob'] }
    }

    resource payloads 'containers' = {
      name: 'payloads'
    }

    resource packages 'containers' = {
      name: 'packages'
    }

    resource functions 'containers' = {
      name: 'functions'
    }
  }

  // Payloads are never deleted by age: the product knows which are referred to, and deletes the others.
  resource rules 'managementPolicies' = {
    name: 'default'
    properties: {
      policy: {
        rules: [
          {
            name: 'cool-payloads'
            type: 'Lifecycle'
            enabled: true
            definition: {
              filters: { blobTypes: ['blockBlob'], prefixMatch: ['payloads/'] }
              actions: {
                baseBlob: {
                  tierToCool: { daysAfterLastAccessTimeGreaterThan: coolAfterDays }
                  enableAutoTierToHotFromCool: true
                }
              }
            }
          }
          {
            name: 'old-packages'
            type: 'Lifecycle'
            enabled: true
            definition: {
              filters: { blobTypes: ['blockBlob'], prefixMatch: ['packages/old/'] }
              actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: 90 } } }
            }
          }
        ]
      }
    }
    dependsOn: [blobs]
  }
}

resource writing 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for writer in payloadWriters: {
  name: guid(account::blobs::payloads.id, writer, blobContributor)
  scope: account::blobs::payloads
  properties: {
    principalId: writer
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobContributor)
  }
}]

resource installing 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for reader in packageReaders: {
  name: guid(account::blobs::packages.id, reader, blobReader)
  scope: account::blobs::packages
  properties: {
    principalId: reader
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobReader)
  }
}]

resource uploading 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account::blobs::packages.id, deployer.principalId, blobContributor)
  scope: account::blobs::packages
  properties: {
    principalId: deployer.principalId
    principalType: deployer.principalType == 'User' ? 'User' : 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobContributor)
  }
}

// The Functions host keeps its own state in the account: leases and packages, queues, and timers' tables.
resource hosting 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for role in [blobOwner, queueContributor, tableContributor]: {
  name: guid(account.id, functionsHost, role)
  scope: account
  properties: {
    principalId: functionsHost
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
  }
}]

output name string = account.name
output payloadsUrl string = '${account.properties.primaryEndpoints.blob}${account::blobs::payloads.name}'
output packageUrl string = '${account.properties.primaryEndpoints.blob}${account::blobs::packages.name}/orchestrator-linux-x64.tar.gz'
output functionsUrl string = '${account.properties.primaryEndpoints.blob}${account::blobs::functions.name}'

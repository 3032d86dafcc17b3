// PostgreSQL, reached from this network only, and by Entra accounts only.
param location string
param tags object
param token string

@description('Who administers it.')
param administrator { principalId: string, principalType: string }

@description('What the processes are to it.')
param runs { id: string, clientId: string, principalId: string, name: string }

param subnetId string
param privateZoneId string

resource server 'Microsoft.DBforPostgreSQL/flexibleServers@2024-08-01' = {
  name: 'psql-${token}'
  location: location
  tags: tags
  sku: { name: 'Standard_D2ds_v5', tier: 'GeneralPurpose' }
  properties: {
    version: '16'
    storage: { storageSizeGB: 64, autoGrow: 'Enabled' }
    authConfig: { activeDirectoryAuth: 'Enabled', passwordAuth: 'Disabled', tenantId: subscription().tenantId }
    backup: { backupRetentionDays: 14, geoRedundantBackup: 'Disabled' }
    highAvailability: { mode: 'ZoneRedundant' }
    network: { delegatedSubnetResourceId: subnetId, privateDnsZoneArmResourceId: privateZoneId, publicNetworkAccess: 'Disabled' }
  }

  resource database 'databases' = {
    name: 'orchestrator'
    properties: { charset: 'UTF8', collation: 'C' }
  }

  resource strictTls 'configurations' = {
    name: 'ssl_min_protocol_version'
    properties: { value: 'TLSv1.2', source: 'user-override' }
    dependsOn: [database]
  }

  resource administrators 'administrators' = {
    name: administrator.principalId
    properties: {
      principalName: 'orchestrator-administrator'
      principalType: administrator.principalType == 'User' ? 'User' : 'ServicePrincipal'
      tenantId: subscription().tenantId
    }
    dependsOn: [strictTls]
  }

  // Accounts of Entra become roles by being administrators, or by a statement that nobody outside the network can run. One at a time.
  resource processes 'administrators' = {
    name: runs.principalId
    properties: { principalName: runs.name, principalType: 'ServicePrincipal', tenantId: subscription().tenantId }
    dependsOn: [administrators]
  }
}

output connection string = 'Host=${server.properties.fullyQualifiedDomainName};Database=orchestrator;Username=${runs.name};SSL Mode=VerifyFull'

// The data folder that machines share: files by NFS 4.1, for this network only. Of runs it has what isn't in the database or in blobs: settings, snapshots,
// trusted git folders, reports. NFS knows no keys and no identities: the network is what protects it, and it encrypts nothing on the way.
param location string
param tags object
@minLength(13)
param token string

@description('Where the machines are that may reach it.')
param toolHostsSubnetId string
param containersSubnetId string

@description('How large it is, in GiB; what is paid for, used or not.')
@minValue(100)
param size int = 256

resource account 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'sf${token}'
  location: location
  tags: tags
  kind: 'FileStorage'
  sku: { name: 'Premium_ZRS' }
  properties: {
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: false // NFS is refused otherwise.
    networkAcls: {
      defaultAction: 'Deny'
      bypass: 'None'
      virtualNetworkRules: [{ id: toolHostsSubnetId, action: 'Allow' }, { id: containersSubnetId, action: 'Allow' }]
    }
  }

  resource files 'fileServices' = {
    name: 'default'
    properties: { shareDeleteRetentionPolicy: { enabled: true, days: 14 } }

    resource share 'shares' = {
      name: 'orchestrator'
      properties: { enabledProtocols: 'NFS', rootSquash: 'NoRootSquash', shareQuota: size }
    }
  }
}

output server string = '${account.name}.file.${environment().suffixes.storage}'
output path string = '/${account.name}/${account::files::share.name}'

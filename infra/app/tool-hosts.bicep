// Machines on which commands run: their kernels let the product open sandboxes. They have no public address; people sign in with
// their Entra account.
param location string
param tags object
param token string
param subnetId string
param identity { id: string, clientId: string, principalId: string }
param publicKey string
param count int
param packageUrl string
param payloadsUrl string
param vaultUrl string

@description('What the machines share with others; null if each has its own runs, hub and server.')
param shared {
  hub: string
  runs: { id: string, clientId: string, principalId: string, name: string }
  runDatabase: string
  files: { server: string, path: string }
}?

@description('Who may sign in as administrator.')
param administrator { principalId: string, principalType: string }

@description('The size of each machine.')
param size string = 'Standard_D4as_v5'

@description('The account that the machines are made with; nobody signs in as it.')
param adminUsername string = 'operator'

var administratorLogin = '1c0163c0-47e6-4577-8991-ea5c82e286e4' // Virtual Machine Administrator Login
var cloudInit = reduce(
  [
    ['{packageUrl}', packageUrl]
    ['{payloadsUrl}', payloadsUrl]
    ['{vaultUrl}', vaultUrl]
    ['{clientId}', identity.clientId]
    ['{hub}', shared == null ? '' : '${shared!.hub};ClientID=${identity.clientId}']
    ['{runDatabase}', shared == null ? '' : shared!.runDatabase]
    ['{runsClientId}', shared == null ? '' : shared!.runs.clientId]
    ['{files}', shared == null ? '' : '${shared!.files.server}:${shared!.files.path}']
  ],
  loadTextContent('tool-host.yaml'),
  (text, place) => replace(text, place[0], place[1])
)

resource hosts 'Microsoft.Compute/virtualMachineScaleSets@2024-07-01' = {
  name: 'vmss-${token}'
  location: location
  tags: tags
  sku: { name: size, tier: 'Standard', capacity: count }
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: union({ '${identity.id}': {} }, shared == null ? {} : { '${shared!.runs.id}': {} })
  }
  properties: {
    orchestrationMode: 'Flexible'
    platformFaultDomainCount: 1
    virtualMachineProfile: {
      osProfile: {
        computerNamePrefix: 'toolhost'
        adminUsername: adminUsername
        customData: base64(cloudInit)
        linuxConfiguration: {
          disablePasswordAuthentication: true
          ssh: { publicKeys: [{ path: '/home/${adminUsername}/.ssh/authorized_keys', keyData: publicKey }] }
        }
      }
      securityProfile: {
        securityType: 'TrustedLaunch'
        encryptionAtHost: true
        uefiSettings: { secureBootEnabled: true, vTpmEnabled: true }
      }
      storageProfile: {
        imageReference: { publisher: 'Debian', offer: 'debian-12', sku: '12-gen2', version: 'latest' }
        osDisk: { createOption: 'FromImage', diskSizeGB: 64, managedDisk: { storageAccountType: 'Premium_LRS' } }
        dataDisks: [{ lun: 0, createOption: 'Empty', diskSizeGB: 128, managedDisk: { storageAccountType: 'Premium_LRS' } }]
      }
      networkProfile: {
        networkApiVersion: '2022-11-01'
        networkInterfaceConfigurations: [
          {
            name: 'nic'
            properties: {
              primary: true
              ipConfigurations: [{ name: 'ip', properties: { primary: true, subnet: { id: subnetId } } }]
            }
          }
        ]
      }
      extensionProfile: {
        extensions: [
          {
            name: 'AADSSHLogin'
            properties: {
              publisher: 'Microsoft.Azure.ActiveDirectory'
              type: 'AADSSHLoginForLinux'
              typeHandlerVersion: '1.0'
              autoUpgradeMinorVersion: true
            }
          }
        ]
      }
    }
  }
}

resource signingIn 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(hosts.id, administrator.principalId, administratorLogin)
  properties: {
    principalId: administrator.principalId
    principalType: administrator.principalType == 'User' ? 'User' : 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', administratorLogin)
  }
}

output name string = hosts.name

// One network. Nothing from outside reaches a tool host; Container Apps have the only public address.
param location string
param tags object
param token string

resource closed 'Microsoft.Network/networkSecurityGroups@2024-05-01' = {
  name: 'nsg-${token}'
  location: location
  tags: tags
  properties: {
    securityRules: [
      {
        name: 'only-from-this-network'
        properties: {
          priority: 4000
          direction: 'Inbound'
          access: 'Deny'
          protocol: '*'
          sourceAddressPrefix: 'Internet'
          sourcePortRange: '*'
          destinationAddressPrefix: '*'
          destinationPortRange: '*'
        }
      }
    ]
  }
}

resource outboundAddress 'Microsoft.Network/publicIPAddresses@2024-05-01' = {
  name: 'pip-${token}'
  location: location
  tags: tags
  sku: { name: 'Standard' }
  properties: { publicIPAllocationMethod: 'Static' }
}

resource outbound 'Microsoft.Network/natGateways@2024-05-01' = {
  name: 'ng-${token}'
  location: location
  tags: tags
  sku: { name: 'Standard' }
  properties: { publicIpAddresses: [{ id: outboundAddress.id }] }
}

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: 'vnet-${token}'
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: ['10.20.0.0/16'] }
  }

  resource toolHosts 'subnets' = {
    name: 'tool-hosts'
    properties: {
      addressPrefix: '10.20.0.0/24'
      defaultOutboundAccess: false
      networkSecurityGroup: { id: closed.id }
      natGateway: { id: outbound.id }
      serviceEndpoints: [{ service: 'Microsoft.Storage' }]
    }
  }

  resource postgres 'subnets' = {
    name: 'postgres'
    properties: {
      addressPrefix: '10.20.1.0/24'
      networkSecurityGroup: { id: closed.id }
      delegations: [{ name: 'postgres', properties: { serviceName: 'Microsoft.DBforPostgreSQL/flexibleServers' } }]
    }
    dependsOn: [toolHosts]
  }

  resource containers 'subnets' = {
    name: 'containers'
    properties: {
      addressPrefix: '10.20.2.0/23'
      serviceEndpoints: [{ service: 'Microsoft.Storage' }]
      delegations: [{ name: 'containers', properties: { serviceName: 'Microsoft.App/environments' } }]
    }
    dependsOn: [postgres]
  }
}

resource postgresZone 'Microsoft.Network/privateDnsZones@2024-06-01' = {
  name: 'orchestrator-${token}.private.postgres.database.azure.com'
  location: 'global'
  tags: tags

  resource link 'virtualNetworkLinks' = {
    name: 'network'
    location: 'global'
    properties: { registrationEnabled: false, virtualNetwork: { id: network.id } }
  }
}

output toolHostsSubnetId string = network::toolHosts.id
output postgresSubnetId string = network::postgres.id
output containersSubnetId string = network::containers.id
output postgresZoneId string = postgresZone.id

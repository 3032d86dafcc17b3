// Mails when the month's spending nears what was planned. It stops nothing: runs have their own budgets.
param amount int
param start string

@description('Whom it mails; the owners of the subscription if there is nobody.')
param contacts string[]

resource budget 'Microsoft.Consumption/budgets@2023-11-01' = {
  name: 'orchestrator-monthly'
  properties: {
    category: 'Cost'
    amount: amount
    timeGrain: 'Monthly'
    timePeriod: { startDate: start }
    notifications: {
      nearlySpent: {
        enabled: true
        operator: 'GreaterThanOrEqualTo'
        threshold: 80
        thresholdType: 'Actual'
        contactEmails: contacts
        contactRoles: ['Owner']
      }
      willBeSpent: {
        enabled: true
        operator: 'GreaterThanOrEqualTo'
        threshold: 100
        thresholdType: 'Forecasted'
        contactEmails: contacts
        contactRoles: ['Owner']
      }
    }
  }
}

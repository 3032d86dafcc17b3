using System.Text.Json.Serialization;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Runs.Forks;
using Orchestrator.Agent.Schedules;
using Orchestrator.Agent.Timeline;
using Orchestrator.Cli.Auditing;
using Orchestrator.Cli.Backups;
using Orchestrator.Cli.Bundling;
using Orchestrator.Cli.Checking;
using Orchestrator.Cli.Deciding;
using Orchestrator.Cli.Functions;
using Orchestrator.Cli.Governing;
using Orchestrator.Cli.Hosting;
using Orchestrator.Cli.Intake;
using Orchestrator.Cli.Listing;
using Orchestrator.Cli.Notifying;
using Orchestrator.Cli.Purging;
using Orchestrator.Cli.Replaying;
using Orchestrator.Cli.Running;
using Orchestrator.Cli.Scheduling;
using Orchestrator.Cli.Serving;
using Orchestrator.Cli.Simulating;
using Orchestrator.Cli.Steering;
using Orchestrator.Server.Tokens;

namespace Orchestrator.Cli;

/// <summary>How the verbs print JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(FailureReport))]
[JsonSerializable(typeof(BackupRecord))]
[JsonSerializable(typeof(BackupReport))]
[JsonSerializable(typeof(RunOutcome))]
[JsonSerializable(typeof(RunSummary))]
[JsonSerializable(typeof(ForkedRun))]
[JsonSerializable(typeof(SubmittedRun))]
[JsonSerializable(typeof(RunList))]
[JsonSerializable(typeof(RunDetails))]
[JsonSerializable(typeof(ShownPatch))]
[JsonSerializable(typeof(BudgetList))]
[JsonSerializable(typeof(CostBreakdown))]
[JsonSerializable(typeof(CompactionList))]
[JsonSerializable(typeof(ShownCompaction))]
[JsonSerializable(typeof(UndoneCompaction))]
[JsonSerializable(typeof(ApprovalList))]
[JsonSerializable(typeof(DecidedApproval))]
[JsonSerializable(typeof(PolicyList))]
[JsonSerializable(typeof(CheckedPolicy))]
[JsonSerializable(typeof(TriedPolicy))]
[JsonSerializable(typeof(RuleList))]
[JsonSerializable(typeof(RevokedRule))]
[JsonSerializable(typeof(LintReport))]
[JsonSerializable(typeof(EstimateReport))]
[JsonSerializable(typeof(DoctorReport))]
[JsonSerializable(typeof(ListeningHub))]
[JsonSerializable(typeof(WorkingWorker))]
[JsonSerializable(typeof(ListeningServer))]
[JsonSerializable(typeof(MadeToken))]
[JsonSerializable(typeof(TokenEntry))]
[JsonSerializable(typeof(ShownKillSwitch))]
[JsonSerializable(typeof(ServedScript))]
[JsonSerializable(typeof(AuditList))]
[JsonSerializable(typeof(AuditReport))]
[JsonSerializable(typeof(ScheduleView))]
[JsonSerializable(typeof(ScheduleList))]
[JsonSerializable(typeof(RemovedSchedule))]
[JsonSerializable(typeof(PublishedFunctions))]
[JsonSerializable(typeof(NotificationList))]
[JsonSerializable(typeof(RetriedNotification))]
[JsonSerializable(typeof(TestedChannel))]
[JsonSerializable(typeof(DeliveryList))]
[JsonSerializable(typeof(RetriedDelivery))]
[JsonSerializable(typeof(BundleManifest))]
[JsonSerializable(typeof(BundledTranscriptEntry))]
[JsonSerializable(typeof(MadeBundle))]
[JsonSerializable(typeof(PurgeReport))]
[JsonSerializable(typeof(PurgedRun))]
[JsonSerializable(typeof(StoredRunEvent))]
[JsonSerializable(typeof(ReplayReport))]
internal sealed partial class CliJson : JsonSerializerContext;

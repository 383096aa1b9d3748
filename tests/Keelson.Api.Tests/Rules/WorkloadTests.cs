using Keelson.Api.Apps.V1;
using Keelson.Api.Batch.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Policy.V1;
using Keelson.Api.Values;

namespace Keelson.Api.Tests.Rules;

public sealed class WorkloadTests
{
    private const string Template = """{"metadata":{"labels":{"app":"a"}},"spec":{"containers":[{"name":"c","image":"x:1"}]}}""";
    private const string JobTemplate = """{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"x:1"}]}}""";

    [Theory]
    [InlineData("apps/v1", "Deployment")]
    [InlineData("apps/v1", "ReplicaSet")]
    [InlineData("apps/v1", "DaemonSet")]
    [InlineData("apps/v1", "StatefulSet")]
    public void A_minimal_owner_of_pods_is_valid(string version, string kind) => Assert.Empty(RulesOf.Errors(RulesOf.Read<IResource>(Owner(version, kind))));

    [Fact]
    public void A_minimal_deployment_gets_all_that_upstream_fills_in()
    {
        var value = (MapValue)RulesOf.Defaults<Deployment>(Owner("apps/v1", "Deployment"));
        var spec = ((MapValue)value["spec"]!).Without("template");

        Assert.Equal<Value>(
            ValueReader.Read("""
                {"replicas":1,"selector":{"matchLabels":{"app":"a"}},"strategy":{"type":"RollingUpdate","rollingUpdate":
                  {"maxUnavailable":"25%","maxSurge":"25%"}},"revisionHistoryLimit":10,"progressDeadlineSeconds":600}
                """), spec);
    }

    [Fact]
    public void A_minimal_stateful_set_gets_all_that_upstream_fills_in()
    {
        var spec = ((MapValue)((MapValue)RulesOf.Defaults<StatefulSet>(Owner("apps/v1", "StatefulSet")))["spec"]!).Without("template");

        Assert.Equal<Value>(
            ValueReader.Read("""
                {"replicas":1,"selector":{"matchLabels":{"app":"a"}},"serviceName":"","podManagementPolicy":"OrderedReady",
                  "updateStrategy":{"type":"RollingUpdate","rollingUpdate":{"partition":0,"maxUnavailable":1}},"revisionHistoryLimit":10,
                  "persistentVolumeClaimRetentionPolicy":{"whenDeleted":"Retain","whenScaled":"Retain"}}
                """), spec);
    }

    [Fact]
    public void A_minimal_daemon_set_gets_all_that_upstream_fills_in()
    {
        var set = RulesOf.Filled<DaemonSet>(Owner("apps/v1", "DaemonSet"));

        Assert.Equal((10, "RollingUpdate"), (set.Spec.RevisionHistoryLimit, set.Spec.UpdateStrategy.Type));
        Assert.Equal<(IntOrString?, IntOrString?)>((1, 0), (set.Spec.UpdateStrategy.RollingUpdate!.MaxUnavailable, set.Spec.UpdateStrategy.RollingUpdate.MaxSurge));
    }

    [Theory]
    [InlineData("Deployment", "spec.replicas", "-1", "spec.replicas: Invalid value: -1: must be greater than or equal to 0")]
    [InlineData("Deployment", "spec.selector", """{"matchLabels":{"app":"b"}}""", "spec.template.metadata.labels: Invalid value: {\"app\":\"a\"}: `selector` does not match template `labels`")]
    [InlineData("Deployment", "spec.selector", "{}", "spec.selector: Invalid value: {}: empty selector is invalid for deployment")]
    [InlineData("Deployment", "spec.strategy", """{"rollingUpdate":{"maxSurge":0,"maxUnavailable":0}}""", "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0")]
    [InlineData("Deployment", "spec.strategy", """{"rollingUpdate":{"maxUnavailable":"101%"}}""", "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: \"101%\": must not be greater than 100%")]
    [InlineData("Deployment", "spec.strategy", """{"type":"Recreate","rollingUpdate":{}}""", "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'")]
    [InlineData("Deployment", "spec.progressDeadlineSeconds", "0", "spec.progressDeadlineSeconds: Invalid value: 0: must be greater than minReadySeconds")]
    [InlineData("Deployment", "spec.template.spec.restartPolicy", "\"Never\"", "spec.template.spec.restartPolicy: Unsupported value: \"Never\": supported values: \"Always\"")]
    [InlineData("Deployment", "spec.template.spec.containers", "[]", "spec.template.spec.containers: Required value")]
    [InlineData("Deployment", "spec.template.metadata.labels.b", "\"a b\"", "spec.template.labels: Invalid value: \"a b\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')")]
    [InlineData("DaemonSet", "spec.updateStrategy", """{"rollingUpdate":{"maxSurge":1}}""", "spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero")]
    [InlineData("DaemonSet", "spec.template.spec.activeDeadlineSeconds", "1", "spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in DaemonSet is not Supported")]
    [InlineData("StatefulSet", "spec.podManagementPolicy", "\"X\"", "spec.podManagementPolicy: Invalid value: \"X\": must be 'OrderedReady' or 'Parallel'")]
    [InlineData("StatefulSet", "spec.updateStrategy", """{"type":"OnDelete","rollingUpdate":{}}""", "spec.updateStrategy.rollingUpdate: Invalid value: {}: only allowed for updateStrategy 'RollingUpdate'")]
    public void What_is_wrong_is_said_in_upstreams_words(string kind, string path, string value, string message) =>
        Assert.Equal([message], RulesOf.Errors(RulesOf.Read<IResource>(RulesOf.With(Owner("apps/v1", kind), path, value))));

    [Fact]
    public void A_deployment_keeps_its_selector()
    {
        var old = RulesOf.Filled<Deployment>(Owner("apps/v1", "Deployment"));
        var other = RulesOf.Filled<Deployment>(RulesOf.With(
            RulesOf.With(Owner("apps/v1", "Deployment"), "spec.template.metadata.labels.b", "\"2\""), "spec.selector.matchLabels.b", "\"2\""));

        Assert.Equal(["spec.selector: Invalid value: {\"matchLabels\":{\"app\":\"a\",\"b\":\"2\"}}: field is immutable"], RulesOf.UpdateErrors(other, old));
    }

    [Fact]
    public void A_stateful_set_keeps_all_but_a_few_fields()
    {
        var old = RulesOf.Filled<StatefulSet>(Owner("apps/v1", "StatefulSet"));

        Assert.Empty(RulesOf.UpdateErrors(old with { Spec = old.Spec with { Replicas = 5 } }, old));
        Assert.Equal(
            ["spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"],
            RulesOf.UpdateErrors(old with { Spec = old.Spec with { ServiceName = "s" } }, old));
    }

    [Fact]
    public void A_replication_controller_takes_selector_and_labels_from_its_template()
    {
        var controller = RulesOf.Filled<ReplicationController>($$$"""{"apiVersion":"v1","kind":"ReplicationController","metadata":{"name":"r"},"spec":{"template":{{{Template}}}}}""");

        Assert.Equal("a", controller.Spec.Selector["app"]);
        Assert.Equal("a", controller.Metadata.Labels["app"]);
        Assert.Equal(1, controller.Spec.Replicas);
        Assert.Empty(RulesOf.Errors(controller));
    }

    [Fact]
    public void A_minimal_job_is_filled_in_and_valid_once_it_has_its_selector()
    {
        var job = Job(JobWith("{}"));

        Assert.Equal((1, 1, 6, "NonIndexed", false, "TerminatingOrFailed"),
            (job.Spec.Completions, job.Spec.Parallelism, job.Spec.BackoffLimit, job.Spec.CompletionMode, job.Spec.Suspend, job.Spec.PodReplacementPolicy));
        Assert.Equal("u", job.Spec.Template.Metadata.Labels["batch.kubernetes.io/controller-uid"]);
        Assert.Empty(RulesOf.Errors(job));
    }

    [Theory]
    [InlineData("spec.parallelism", "-1", "spec.parallelism: Invalid value: -1: must be greater than or equal to 0")]
    [InlineData("spec.template.spec.restartPolicy", "\"Always\"", "spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", \"Never\"")]
    [InlineData("spec.maxFailedIndexes", "1", "spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified")]
    [InlineData("spec.backoffLimitPerIndex", "1", "spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode")]
    [InlineData("spec.podFailurePolicy", """{"rules":[{"action":"FailJob"}]}""", "spec.podFailurePolicy.rules[0]: Invalid value: specifying one of OnExitCodes and OnPodConditions is required")]
    [InlineData("spec.podFailurePolicy", """{"rules":[{"action":"FailJob","onExitCodes":{"operator":"In","values":[2,1]}}]}""", "spec.podFailurePolicy.rules[0].onExitCodes.values: Invalid value: [2,1]: must be ordered")]
    public void What_is_wrong_with_a_job_is_said_in_upstreams_words(string path, string value, string message)
    {
        var found = RulesOf.Errors(Job(RulesOf.With(JobWith("{}"), path, value)));

        Assert.Contains(message, found);
    }

    [Theory]
    [InlineData("1,3-5,7", 10, null)]
    [InlineData("3-1", 10, "non-increasing order, previous: 3, current: 1")]
    [InlineData("1-2-3", 10, "the fragment \"1-2-3\" violates the requirement that an index interval can have at most two parts separated by '-'")]
    [InlineData("x", 10, "cannot convert string to integer for index: \"x\"")]
    [InlineData("10", 10, "too large index: \"10\"")]
    public void Indexes_of_a_success_policy_ascend_and_fit(string indexes, int completions, string? error)
    {
        var json = JobWith($$$"""{"completionMode":"Indexed","completions":{{{completions}}},"successPolicy":{"rules":[{"succeededIndexes":"{{{indexes}}}"}]}}""");

        Assert.Equal(
            error is null ? [] : [$"spec.successPolicy.rules[0].succeededIndexes: Invalid value: \"{indexes}\": error parsing succeededIndexes: {error}"],
            RulesOf.Errors(Job(json)));
    }

    [Theory]
    [InlineData("*/5 * * * *", null)]
    [InlineData("0 0 1 JAN mon-fri", null)]
    [InlineData("@daily", null)]
    [InlineData("@every 1h30m", null)]
    [InlineData("* * * *", "expected exactly 5 fields, found 4: [* * * *]")]
    [InlineData("60 * * * *", "end of range (60) above maximum (59): 60")]
    [InlineData("* * 0 * *", "beginning of range (0) below minimum (1): 0")]
    [InlineData("5-1 * * * *", "beginning of range (5) beyond end of range (1): 5-1")]
    [InlineData("*/0 * * * *", "step of range should be a positive number: */0")]
    [InlineData("x * * * *", "failed to parse int from x: strconv.Atoi: parsing \"x\": invalid syntax")]
    [InlineData("@never", "unrecognized descriptor: @never")]
    [InlineData("TZ=UTC 0 0 * * *", "cannot use TZ or CRON_TZ in schedule, use timeZone field instead")]
    public void A_schedule_is_read_or_refused(string schedule, string? error) => Assert.Equal(
        error is null ? [] : [$"spec.schedule: Invalid value: \"{schedule.Replace("\"", "\\\"", StringComparison.Ordinal)}\": {error}"],
        RulesOf.Errors(RulesOf.Read<CronJob>(CronJobWith($$"""{"schedule":"{{schedule}}"}"""))));

    [Theory]
    [InlineData("Europe/Berlin", null)]
    [InlineData("", "timeZone must be nil or non-empty string")]
    [InlineData("Local", "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones")]
    [InlineData("../etc/passwd", "unknown time zone ../etc/passwd")]
    [InlineData("Mars/Olympus", "unknown time zone Mars/Olympus")]
    public void A_time_zone_is_known_or_refused(string zone, string? error) => Assert.Equal(
        error is null ? [] : [$"spec.timeZone: Invalid value: \"{zone}\": {error}"],
        RulesOf.Errors(RulesOf.Read<CronJob>(CronJobWith($$"""{"schedule":"@daily","timeZone":"{{zone}}"}"""))));

    [Fact]
    public void Of_the_job_in_a_cron_job_only_the_pods_and_their_failures_are_filled_in()
    {
        var spec = RulesOf.Filled<CronJob>(CronJobWith(
            """{"schedule":"@daily","jobTemplate":{"spec":{"podFailurePolicy":{"rules":[{"action":"Ignore","onPodConditions":[{"type":"DisruptionTarget"}]}]}}}}""")).Spec.JobTemplate.Spec;

        Assert.Equal("True", spec.PodFailurePolicy!.Rules[0].OnPodConditions[0].Status);
        Assert.Equal("ClusterFirst", spec.Template.Spec.DnsPolicy);
        Assert.Null(spec.BackoffLimit);
    }

    [Fact]
    public void A_minimal_cron_job_gets_all_that_upstream_fills_in()
    {
        var spec = RulesOf.Filled<CronJob>(CronJobWith("""{"schedule":"@daily"}""")).Spec;

        Assert.Equal(("Allow", false, 3, 1), (spec.ConcurrencyPolicy, spec.Suspend, spec.SuccessfulJobsHistoryLimit, spec.FailedJobsHistoryLimit));
        Assert.Null(spec.JobTemplate.Spec.BackoffLimit);
        Assert.Equal(30, spec.JobTemplate.Spec.Template.Spec.TerminationGracePeriodSeconds);
    }

    [Theory]
    [InlineData("""{"minAvailable":1}""", null)]
    [InlineData("""{"minAvailable":1,"maxUnavailable":1}""", "spec: Invalid value: {\"maxUnavailable\":1,\"minAvailable\":1}: minAvailable and maxUnavailable cannot be both set")]
    [InlineData("""{"minAvailable":"101%"}""", "spec.minAvailable: Invalid value: \"101%\": must not be greater than 100%")]
    [InlineData("""{"maxUnavailable":-1}""", "spec.maxUnavailable: Invalid value: -1: must be greater than or equal to 0")]
    public void A_disruption_budget_says_one_amount(string spec, string? error) => Assert.Equal(
        error is null ? [] : [error],
        RulesOf.Errors(RulesOf.Read<PodDisruptionBudget>($$"""{"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"b"},"spec":{{spec}}}""")));

    [Fact]
    public void The_data_of_a_revision_is_there_and_stays()
    {
        var revision = RulesOf.Read<ControllerRevision>("""{"apiVersion":"apps/v1","kind":"ControllerRevision","data":{"a":1},"revision":1}""");
        var other = revision with { Data = RawJson.Parse("{\"a\":2}") };

        Assert.Empty(RulesOf.Errors(revision));
        Assert.Equal(["data: Required value: data is mandatory"], RulesOf.Errors(revision with { Data = default }));
        Assert.Equal(["data: Invalid value: {\"a\":2}: field is immutable"], RulesOf.UpdateErrors(other, revision));
    }

    private static string Owner(string version, string kind) =>
        $$$"""{"apiVersion":"{{{version}}}","kind":"{{{kind}}}","metadata":{"name":"o","namespace":"n"},"spec":{"selector":{"matchLabels":{"app":"a"}},"template":{{{Template}}}}}""";

    private static string JobWith(string spec) => RulesOf.With(
        $$"""{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"j","namespace":"n","uid":"u"},"spec":{{spec}}}""", "spec.template", JobTemplate);

    private static Job Job(string json) => RulesOf.Filled<Job>(json).WithGeneratedSelector();

    private static string CronJobWith(string spec) => RulesOf.With(
        $$"""{"apiVersion":"batch/v1","kind":"CronJob","metadata":{"name":"c","namespace":"n"},"spec":{{spec}}}""", "spec.jobTemplate.spec.template", JobTemplate);
}

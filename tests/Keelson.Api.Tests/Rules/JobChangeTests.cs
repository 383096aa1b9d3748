using Keelson.Api.Batch.V1;

namespace Keelson.Api.Tests.Rules;

/// <summary>What may change in a job that is there, and what its controller may say of it.</summary>
public sealed class JobChangeTests
{
    private const string Started = "2026-01-01T00:00:00Z";
    private const string Ended = "2026-01-01T00:01:00Z";

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"startTime":"2026-01-01T00:00:00Z","conditions":[{"type":"Suspended","status":"True"}]}""")]
    public void A_suspended_job_without_pods_may_ask_for_other_amounts_and_other_nodes(string status)
    {
        var old = Job("""{"suspend":true}""", status);

        Assert.Empty(RulesOf.UpdateErrors(WithRequests(old), old));
        Assert.Empty(RulesOf.UpdateErrors(WithNodes(old), old));
    }

    [Theory]
    [InlineData("""{"suspend":true}""", """{"startTime":"2026-01-01T00:00:00Z"}""")]
    [InlineData("""{"suspend":true}""", """{"startTime":"2026-01-01T00:00:00Z","active":1,"conditions":[{"type":"Suspended","status":"True"}]}""")]
    [InlineData("""{"suspend":false}""", "{}")]
    public void A_job_that_runs_keeps_what_it_asks_for_and_where_it_runs(string spec, string status)
    {
        var old = Job(spec, status);

        Assert.StartsWith("spec.template: Invalid value:", Assert.Single(RulesOf.UpdateErrors(WithRequests(old), old)), StringComparison.Ordinal);
        Assert.StartsWith("spec.template: Invalid value:", Assert.Single(RulesOf.UpdateErrors(WithNodes(old), old)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_that_rests_keeps_its_images()
    {
        var old = Job("""{"suspend":true}""", "{}");
        var container = old.Spec.Template.Spec.Containers[0] with { Image = "other:1" };
        var changed = old with { Spec = old.Spec with { Template = old.Spec.Template with { Spec = old.Spec.Template.Spec with { Containers = [container] } } } };

        Assert.EndsWith("field is immutable", Assert.Single(RulesOf.UpdateErrors(changed, old)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"conditions":[{"type":"Failed","status":"True"}],"startTime":"2026-01-01T00:00:00Z"}""",
        "status.conditions: Invalid value: cannot set Failed=True condition without the FailureTarget=true condition")]
    [InlineData("""{"conditions":[{"type":"Complete","status":"True"}],"startTime":"2026-01-01T00:00:00Z","completionTime":"2026-01-01T00:01:00Z"}""",
        "status.conditions: Invalid value: cannot set Complete=True condition without the SuccessCriteriaMet=true condition")]
    [InlineData("""{"conditions":[{"type":"SuccessCriteriaMet","status":"True"},{"type":"Complete","status":"True"}],"startTime":"2026-01-01T00:00:00Z"}""",
        "status.completionTime: Required value: completionTime is required for Complete jobs")]
    [InlineData("""{"completionTime":"2026-01-01T00:01:00Z"}""",
        "status.completionTime: Invalid value: \"2026-01-01T00:01:00Z\": cannot set completionTime when there is no Complete=True condition")]
    [InlineData("""{"conditions":[{"type":"FailureTarget","status":"True"},{"type":"Failed","status":"True"}],"startTime":"2026-01-01T00:00:00Z","active":1}""",
        "status.active: Invalid value: 1: active>0 is invalid for finished job")]
    [InlineData("""{"conditions":[{"type":"FailureTarget","status":"True"},{"type":"Failed","status":"True"}]}""",
        "status.startTime: Required value: startTime is required for finished job")]
    [InlineData("""{"active":1,"ready":2}""", "status.ready: Invalid value: 2: cannot set more ready pods than active")]
    [InlineData("""{"completedIndexes":"0"}""", "status.completedIndexes: Invalid value: \"0\": cannot set non-empty completedIndexes when non-indexed completion mode")]
    [InlineData("""{"uncountedTerminatedPods":{"succeeded":["a"],"failed":["a"]}}""", "status.uncountedTerminatedPods.failed[0]: Duplicate value: \"a\"")]
    public void A_controller_may_not_contradict_itself(string status, string message)
    {
        var old = Job("{}", "{}");

        Assert.Equal([message], StatusErrors(Job("{}", status), old));
    }

    [Theory]
    [InlineData("""{"failed":1}""", "{}", "status.failed: Invalid value: 0: cannot decrease the failed counter")]
    [InlineData("""{"succeeded":1}""", "{}", "status.succeeded: Invalid value: 0: cannot decrease the succeeded counter")]
    [InlineData("""{"startTime":"2026-01-01T00:00:00Z"}""", "{}", "status.startTime: Required value: startTime cannot be removed for unsuspended job")]
    public void What_has_happened_stays(string before, string after, string message) =>
        Assert.Equal([message], StatusErrors(Job("{}", after), Job("{}", before)));

    [Fact]
    public void What_was_wrong_before_is_not_held_against_a_write_that_leaves_it()
    {
        const string status = $$"""{"conditions":[{"type":"Complete","status":"True"}],"startTime":"{{Started}}","completionTime":"{{Ended}}","active":0}""";

        Assert.Empty(StatusErrors(Job("{}", status), Job("{}", status)));
    }

    private static string[] StatusErrors(Job job, Job old)
    {
        var errors = new Keelson.Api.Validation.FieldErrors();
        job.ValidateStatusUpdate(old, errors);
        return RulesOf.Texts(errors);
    }

    private static Job WithRequests(Job old)
    {
        var template = old.Spec.Template;
        var container = template.Spec.Containers[0] with { Resources = template.Spec.Containers[0].Resources with { Requests = template.Spec.Containers[0].Resources.Requests.With("cpu", Quantity.Parse("2")) } };
        return old with { Spec = old.Spec with { Template = template with { Spec = template.Spec with { Containers = [container] } } } };
    }

    private static Job WithNodes(Job old)
    {
        var template = old.Spec.Template;
        var pod = template.Spec with { NodeSelector = template.Spec.NodeSelector.With("zone", "a") };
        return old with { Spec = old.Spec with { Template = template with { Spec = pod } } };
    }

    private static Job Job(string spec, string status) => RulesOf.Filled<Job>(RulesOf.With(RulesOf.With(
        $$"""{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"j","namespace":"n","uid":"u"},"spec":{{spec}}}""",
        "spec.template", """{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"x:1"}]}}"""), "status", status)).WithGeneratedSelector();
}

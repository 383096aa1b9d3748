using System.Text;
using Keelson.Api.Authentication.V1;
using Keelson.Server.Audit;
using Keelson.Server.Http;

namespace Keelson.Server.Tests.Audit;

public sealed class AuditPolicyTests
{
    private const string Head = "apiVersion: audit.k8s.io/v1\nkind: Policy\n";

    private static readonly UserInfo Alice = new() { Username = "alice", Groups = ["dev", "system:authenticated"] };

    [Fact]
    public void The_first_rule_that_fits_decides()
    {
        var policy = Read("""
            rules:
            - level: None
              users: [alice]
              verbs: [get]
            - level: Request
              resources: [{group: "", resources: [pods]}]
            - level: Metadata
            """);

        Assert.Equal(AuditLevel.None, Decide(policy, Pods("get")));
        Assert.Equal(AuditLevel.Request, Decide(policy, Pods("update")));
        Assert.Equal(AuditLevel.Metadata, Decide(policy, Pods("update") with { Group = "apps" }));
    }

    [Fact]
    public void What_no_rule_fits_is_not_written_down() =>
        Assert.Equal(AuditLevel.None, Decide(Read("rules:\n- level: Metadata\n  userGroups: [ops]"), Pods("get")));

    [Theory]
    [InlineData("pods", "", true)]
    [InlineData("pods", "log", false)]
    [InlineData("pods/log", "log", true)]
    [InlineData("pods/log", "exec", false)]
    [InlineData("pods/*", "exec", true)]
    [InlineData("*/exec", "exec", true)]
    [InlineData("*/exec", "", false)]
    [InlineData("*", "exec", true)]
    [InlineData("secrets", "", false)]
    public void A_rule_names_resources_and_their_subresources(string wanted, string subresource, bool fits)
    {
        var policy = Read($"rules:\n- level: Metadata\n  resources: [{{group: \"\", resources: [\"{wanted}\"]}}]");

        Assert.Equal(fits, Decide(policy, Pods("get") with { Subresource = subresource }) == AuditLevel.Metadata);
    }

    [Fact]
    public void A_rule_can_be_about_names_and_namespaces_and_what_is_in_none()
    {
        var named = Read("rules:\n- level: Metadata\n  resources: [{group: \"\", resources: [pods], resourceNames: [web]}]");
        var spaced = Read("rules:\n- level: Metadata\n  namespaces: [kube-system, \"\"]");

        Assert.Equal(AuditLevel.Metadata, Decide(named, Pods("get")));
        Assert.Equal(AuditLevel.None, Decide(named, Pods("get") with { Name = "other" }));
        Assert.Equal(AuditLevel.None, Decide(spaced, Pods("get")));
        Assert.Equal(AuditLevel.Metadata, Decide(spaced, Pods("get") with { Namespace = "" }));
        Assert.Equal(AuditLevel.None, Decide(spaced, new RequestInfo { Path = "/healthz", Verb = "get" }));
    }

    [Theory]
    [InlineData("/healthz*", "/healthz/etcd", true)]
    [InlineData("/healthz", "/healthz/etcd", false)]
    [InlineData("*", "/version", true)]
    public void A_rule_can_be_about_paths(string wanted, string path, bool fits)
    {
        var policy = Read($"rules:\n- level: Metadata\n  nonResourceURLs: [\"{wanted}\"]");

        Assert.Equal(fits, Decide(policy, new RequestInfo { Path = path, Verb = "get" }) == AuditLevel.Metadata);
        Assert.Equal(AuditLevel.None, Decide(policy, Pods("get")));
    }

    [Fact]
    public void Stages_are_left_out_by_the_policy_and_by_a_rule_together()
    {
        var policy = Read("omitStages: [RequestReceived]\nomitManagedFields: true\nrules:\n- level: Metadata\n  omitStages: [Panic]\n- level: None\n  omitManagedFields: false");

        Assert.Equal([AuditStage.RequestReceived, AuditStage.Panic], policy.Rules[0].Terms.OmittedStages.Order());
        Assert.True(policy.Rules[0].Terms.OmitsManagedFields);
        Assert.False(policy.Rules[1].Terms.OmitsManagedFields);
    }

    [Theory]
    [InlineData("rules: []", "0 rules")]
    [InlineData("rules:\n- users: [a]", "rules[0].level: Required value")]
    [InlineData("rules:\n- level: Everything", "rules[0].level: Unsupported value")]
    [InlineData("rules:\n- level: \"1\"", "rules[0].level: Unsupported value")]
    [InlineData("rules:\n- level: None\n  omitStages: [Later]", "rules[0].omitStages: Unsupported value")]
    [InlineData("rules:\n- level: None\n  verb: [get]", "unknown field \"rules[0].verb\"")]
    [InlineData("rules:\n- level: None\n  nonResourceURLs: [healthz]", "must begin with a '/'")]
    [InlineData("rules:\n- level: None\n  nonResourceURLs: [\"/a*/b\"]", "must be the final character")]
    [InlineData("rules:\n- level: None\n  nonResourceURLs: [\"/a\"]\n  namespaces: [b]", "cannot apply to both")]
    [InlineData("rules:\n- level: None\n  resources: [{group: apps/v1}]", "must not have a version")]
    [InlineData("rules:\n- level: None\n  resources: [{resourceNames: [a]}]", "requires at least one resource")]
    [InlineData("rules: 3", "a list is expected")]
    public void A_policy_that_is_wrong_says_where(string text, string why) => Assert.Contains(why, Assert.Throws<FormatException>(() => Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Another_kind_is_no_policy() =>
        Assert.Contains("unknown audit policy v1", Assert.Throws<FormatException>(() => AuditPolicyReader.Read("apiVersion: v1\nkind: Pod"u8)).Message, StringComparison.Ordinal);

    private static AuditPolicy Read(string text) => AuditPolicyReader.Read(Encoding.UTF8.GetBytes(Head + text));

    private static AuditLevel Decide(AuditPolicy policy, RequestInfo request) => policy.Decide(Alice, request).Level;

    private static RequestInfo Pods(string verb) => new() { Path = "/api/v1/namespaces/default/pods/web", Verb = verb, IsResource = true, Version = "v1", Namespace = "default", Resource = "pods", Name = "web" };
}

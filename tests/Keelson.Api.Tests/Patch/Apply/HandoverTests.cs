using Keelson.Api.Patch.Apply;
using Keelson.Api.Values;

namespace Keelson.Api.Tests.Patch.Apply;

/// <summary>Going over from client-side apply, names of managers, scale, and reading configurations back.</summary>
public sealed class HandoverTests
{
    private const string Annotation = "kubectl.kubernetes.io/last-applied-configuration";

    [Fact]
    public void Kubectl_takes_over_what_it_applied_from_the_client_side()
    {
        var cluster = ClientSide("{'spec':{'replicas':1}}", "{'apiVersion':'apps/v1','kind':'Deployment','spec':{'replicas':1}}");
        cluster.Applies("kubectl", "{'spec':{'replicas':2}}");
        Assert.Equal(2, cluster.Content()["spec", "replicas"]!.AsInteger());
        Assert.Equal("{\"f:spec\":{\"f:replicas\":{}}}", cluster.Fields("kubectl"));
        Assert.Equal(
            "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"x\"},\"spec\":{\"replicas\":2}}\n",
            cluster.Content()["metadata", "annotations", Annotation]!.AsText());
    }

    [Fact]
    public void Kubectl_does_not_take_over_what_others_changed_since()
    {
        var cluster = ClientSide(
            "{'spec':{'replicas':1,'paused':true}}", "{'apiVersion':'apps/v1','kind':'Deployment','spec':{'replicas':3,'paused':true}}");
        var result = cluster.Apply("kubectl", "{'spec':{'replicas':2,'paused':false}}");
        Assert.Equal(".spec.replicas", Assert.Single(result.Conflicts).Path.ToString());
    }

    [Theory]
    [InlineData("other", "{'apiVersion':'apps/v1','kind':'Deployment','spec':{'replicas':1}}")]
    [InlineData("kubectl", "{'apiVersion':'apps/v1beta1','kind':'Deployment','spec':{'replicas':1}}")]
    [InlineData("kubectl", "{'apiVersion':'apps/v1','kind':'Deployment','spec':{'replicas':'1'}}")]
    [InlineData("kubectl", "{")]
    [InlineData("kubectl", "[]")]
    [InlineData("kubectl", "")]
    public void Only_kubectl_takes_over_and_only_from_a_configuration_that_fits(string manager, string lastApplied)
    {
        var cluster = ClientSide("{'spec':{'replicas':1}}", lastApplied);
        Assert.Equal(ApplyOutcome.Conflict, cluster.Apply(manager, "{'spec':{'replicas':2}}").Outcome);
    }

    [Fact]
    public void The_annotation_goes_when_it_would_be_too_large()
    {
        var cluster = Cluster.OfConfigMaps();
        cluster.Update("kubectl-client-side-apply", $"{{'metadata':{{'annotations':{{'{Annotation}':'x'}}}}}}");
        cluster.Applies("kubectl", $"{{'data':{{'k':'{new string('v', 300_000)}'}}}}");
        Samples.AssertSame(MapValue.Empty, cluster.Content()["metadata", "annotations"]);
    }

    [Fact]
    public void Fields_of_the_client_side_can_be_given_to_the_server_side()
    {
        var cluster = Cluster.OfConfigMaps();
        cluster.Update("kubectl-client-side-apply", "{'data':{'k':'1','l':'1'}}");
        cluster.Update("other", "{'data':{'k':'1','l':'1','o':'1'}}");
        cluster.Applies("kubectl", "{'data':{'k':'1'}}");
        cluster.Live = ClientSideUpgrade.Upgrade(cluster.Live!, ["kubectl-client-side-apply", "before-first-apply"], "kubectl");
        Assert.Equal(["kubectl Apply v1", "other Update v1"], cluster.Owners());
        cluster.Applies("kubectl", "{'data':{'k':'1'}}");
        Samples.AssertSame(Samples.Json("{'data':{'k':'1','o':'1'}}"), cluster.Content());
        Assert.Same(cluster.Live, ClientSideUpgrade.Upgrade(cluster.Live, ["kubectl-client-side-apply"], "kubectl"));
    }

    [Fact]
    public void Without_an_applier_the_client_side_becomes_it()
    {
        var cluster = Cluster.OfConfigMaps();
        cluster.Update("kubectl-client-side-apply", "{'data':{'k':'1'}}");
        cluster.Live = ClientSideUpgrade.Upgrade(cluster.Live!, ["kubectl-client-side-apply"], "kubectl");
        Assert.Equal(["kubectl Apply v1"], cluster.Owners());
    }

    [Theory]
    [InlineData("given", "kubectl/v1.36", "given")]
    [InlineData("", "kubectl/v1.36 (linux/amd64)", "kubectl")]
    [InlineData("", "Mozilla/5.0 (X11) AppleWebKit/537.36", "Mozilla")]
    [InlineData(null, "tool\u0007\u200b name", "tool name")]
    [InlineData("", "", "")]
    [InlineData("", null, "")]
    public void A_manager_without_name_is_called_after_its_user_agent(string? name, string? userAgent, string expected) =>
        Assert.Equal(expected, ManagerName.Choose(name, userAgent));

    [Fact]
    public void A_name_from_a_user_agent_is_cut_between_characters()
    {
        Assert.Equal(new string('f', 128), ManagerName.Choose("", new string('f', 140) + "/1"));
        Assert.Equal(string.Concat(Enumerable.Repeat("\U0001f354", 32)), ManagerName.Choose("", string.Concat(Enumerable.Repeat("\U0001f354", 60))));
    }

    [Fact]
    public void Names_have_a_limit_and_can_be_printed()
    {
        Assert.True(ManagerName.Fits(new string('a', 128)));
        Assert.False(ManagerName.Fits(new string('a', 129)));
        Assert.Empty(ManagerName.FindUnprintable("kubectl \u00e9 \u65e5"));
        Assert.Equal(["invalid character U+0007 (at position 2)", "invalid character U+00A0 (at position 3)"], ManagerName.FindUnprintable("ab\u0007\u00a0"));
    }

    [Fact]
    public void A_manager_without_any_name_is_unknown()
    {
        var cluster = Cluster.OfConfigMaps();
        cluster.Update("", "{'data':{'k':'1'}}");
        Assert.Equal(["unknown Update v1"], cluster.Owners());
    }

    [Fact]
    public void The_number_of_replicas_is_owned_in_scale_by_whom_it_is_owned_in_the_object()
    {
        var scale = new ScaleOwnership("apps/v1", new Dictionary<string, FieldPath?> { ["apps/v1"] = FieldPath.Of("spec", "replicas") });
        var cluster = Cluster.OfDeployments();
        cluster.Applies("a", "{'spec':{'replicas':1,'paused':true}}");
        cluster.Update("b", "{'spec':{'replicas':1,'paused':true},'status':{'replicas':1}}");
        var parent = ManagedFields.Of(cluster.Live!);
        var inScale = scale.ToScale(parent);
        var entry = Assert.Single(inScale.Entries);
        Assert.Equal(("a", "autoscaling/v1"), (entry.Key.Name, entry.Value.ApiVersion));

        // Nobody else writes to the scale: nothing changes.
        Samples.AssertSame(parent.Write(), scale.ToParent(parent, inScale).Write());

        // A write to the scale takes the number away from the applier.
        var writer = ManagedFields.Read(Samples.Json(
            "{'m':[{'manager':'hpa','operation':'Update','apiVersion':'autoscaling/v1','fieldsType':'FieldsV1','fieldsV1':{'f:spec':{'f:replicas':{}}},'subresource':'scale'}]}")["m"]);
        cluster.Live = scale.ToParent(parent, writer).ApplyTo(cluster.Live!);
        Assert.Equal(["a Apply apps/v1", "hpa Update apps/v1 scale", "b Update apps/v1"], cluster.Owners());
        Assert.Equal("{\"f:spec\":{\"f:paused\":{}}}", cluster.Fields("a"));
        Assert.Equal("{\"f:spec\":{\"f:replicas\":{}}}", cluster.Fields("hpa", "Update"));
    }

    [Fact]
    public void What_a_manager_applied_can_be_read_back()
    {
        const string configuration =
            "{'metadata':{'labels':{'a':'1'}},'spec':{'template':{'spec':{'nodeSelector':{'x':'1'},'containers':[{'name':'c','image':'i','ports':[{'containerPort':80}]}]}}}}";
        var cluster = Cluster.OfDeployments();
        cluster.Applies("other", "{'metadata':{'labels':{'b':'1'}},'spec':{'replicas':1,'template':{'spec':{'containers':[{'name':'c','args':['1']},{'name':'d'}]}}}}");
        cluster.Applies("a", configuration);
        var read = AppliedConfiguration.Extract(cluster.Live!, Samples.Deployment, "a")!;
        Samples.AssertSame(
            Samples.Json(configuration).With("apiVersion", "apps/v1").With("kind", "Deployment").With(["metadata", "name"], "x"), read);
        Assert.Null(AppliedConfiguration.Extract(cluster.Live!, Samples.Deployment, "nobody"));

        var before = cluster.Live;
        Assert.False(cluster.Apply("a", read.ToString()).Changes);
        Samples.AssertSame(before, cluster.Live);
    }

    private static Cluster ClientSide(string content, string lastApplied)
    {
        var cluster = Cluster.OfDeployments();
        var updated = Samples.Json(content)
            .With("apiVersion", "apps/v1")
            .With("kind", "Deployment")
            .With(["metadata", "name"], "x")
            .With(["metadata", "annotations"], MapValue.Of((Annotation, lastApplied.Replace('\'', '"'))));
        cluster.Write("kubectl-client-side-apply", updated);
        return cluster;
    }
}

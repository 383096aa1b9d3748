using Keelson.Api.Meta.V1;
using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Tests.Validation;

public sealed class ObjectMetaValidationTests
{
    [Fact]
    public void Good_metadata_has_no_error()
    {
        Assert.Empty(Check(Good));
    }

    [Fact]
    public void A_name_is_required_and_must_be_one()
    {
        Assert.Equal(["metadata.name: Required value: name or generateName is required"], Check(Good with { Name = "" }));
        Assert.StartsWith("metadata.name: Invalid value: \"A\": a lowercase RFC 1123 subdomain", Assert.Single(Check(Good with { Name = "A" })), StringComparison.Ordinal);
    }

    [Fact]
    public void A_namespace_is_required_exactly_where_there_is_one()
    {
        Assert.Equal(["metadata.namespace: Required value"], Check(Good with { Namespace = "" }));
        Assert.Equal(["metadata.namespace: Forbidden: not allowed on this type"], Check(Good, isNamespaced: false));
    }

    [Fact]
    public void Labels_and_annotations_are_checked()
    {
        Assert.StartsWith("metadata.labels: Invalid value: \"a b\": name part must consist of", Assert.Single(Check(Good with { Labels = ApiMap<string>.From(("a b", "c")) })), StringComparison.Ordinal);
        Assert.StartsWith("metadata.labels: Invalid value: \"c d\": a valid label must be", Assert.Single(Check(Good with { Labels = ApiMap<string>.From(("a", "c d")) })), StringComparison.Ordinal);
        Assert.Empty(Check(Good with { Annotations = ApiMap<string>.From(("Example.COM/Key", "any thing")) }));
        Assert.Equal(["metadata.annotations: Too long: may not be more than 262144 bytes"], Check(Good with { Annotations = ApiMap<string>.From(("a", new string('x', 262_144))) }));
    }

    [Fact]
    public void Only_one_owner_can_be_the_controller()
    {
        var owner = new OwnerReference { ApiVersion = "apps/v1", Kind = "ReplicaSet", Name = "a", Uid = "1", Controller = true };
        var error = Assert.Single(Check(Good with { OwnerReferences = [owner, owner with { Name = "b" }] }));
        Assert.EndsWith("Only one reference can have Controller set to true. Found \"true\" in references for ReplicaSet/a and ReplicaSet/b", error, StringComparison.Ordinal);
        Assert.Equal(["metadata.ownerReferences.uid: Invalid value: \"\": uid must not be empty"], Check(Good with { OwnerReferences = [owner with { Uid = "" }] }));
    }

    [Fact]
    public void Finalizers_that_exclude_each_other_are_refused()
    {
        Assert.Equal(
            ["metadata.finalizers: Invalid value: [\"orphan\",\"foregroundDeletion\"]: finalizer orphan and foregroundDeletion cannot be both set"],
            Check(Good with { Finalizers = ["orphan", "foregroundDeletion"] }));
    }

    [Fact]
    public void What_identifies_an_object_is_immutable()
    {
        var errors = new FieldErrors();
        using (errors.In("metadata")) ObjectMetaValidation.ValidateUpdate(Good with { Uid = "2", ResourceVersion = "" }, Good, errors);
        Assert.Equal(
        [
            "metadata.resourceVersion: Invalid value: \"\": must be specified for an update",
            "metadata.uid: Invalid value: \"2\": field is immutable",
        ], errors.Select(error => error.ToString()));
    }

    [Fact]
    public void An_object_that_is_being_deleted_gets_no_new_finalizers()
    {
        var errors = new FieldErrors();
        var old = Good with { DeletionTimestamp = Time.FromUnixSeconds(1) };
        using (errors.In("metadata")) ObjectMetaValidation.ValidateUpdate(old with { Finalizers = ["example.com/b", "example.com/a"] }, old, errors);
        Assert.Equal(
            "metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{\"example.com/a\", \"example.com/b\"}",
            errors.ToMessage());
    }

    private static ObjectMeta Good => new() { Name = "a", Namespace = "default", Uid = "1", ResourceVersion = "7" };

    private static string[] Check(ObjectMeta meta, bool isNamespaced = true)
    {
        var errors = new FieldErrors();
        using (errors.In("metadata")) ObjectMetaValidation.Validate(meta, isNamespaced, static (name, _) => DnsName.CheckSubdomain(name), errors);
        return [.. errors.Select(error => error.ToString())];
    }
}

using Keelson.Api.Coordination.V1Beta1;
using Keelson.Api.StorageMigration.V1Beta1;

namespace Keelson.Api.Tests.Rules;

/// <summary>The rules of what servers keep for one another.</summary>
public sealed class ServerKindTests
{
    private const string Finished = "[{type: Succeeded, status: 'True', reason: Done, lastTransitionTime: '2026-01-01T00:00:00Z'}]";
    private const string Unfinished = "[{type: Succeeded, status: 'False', reason: Undone, lastTransitionTime: '2026-01-01T00:00:00Z'}]";
    private const string Both =
        "[{type: Succeeded, status: 'True', reason: Done, lastTransitionTime: '2026-01-01T00:00:00Z'}, {type: Running, status: 'True', reason: Busy, lastTransitionTime: '2026-01-01T00:00:00Z'}]";

    private static readonly Specimen<LeaseCandidate> Candidate = new(
        "{metadata: {name: a, namespace: a}, spec: {leaseName: l, binaryVersion: 1.36.0, emulationVersion: 1.35.0, strategy: OldestEmulationVersion}}");

    private static readonly Specimen<StorageVersionMigration> Migration = new("{metadata: {name: a}, spec: {resource: {group: apps, resource: deployments}}}");

    [Theory]
    [InlineData("{}")]
    [InlineData("{spec: {leaseName: ''}}", "spec.leaseName: Required value")]
    [InlineData("{spec: {binaryVersion: '1.36'}}", "spec.binaryVersion: Invalid value: \"1.36\": must be a valid semantic version")]
    [InlineData("{spec: {binaryVersion: 1.34.0}}", "spec.binaryVersion: Invalid value: \"1.34.0\": must be greater than or equal to `emulationVersion`")]
    [InlineData("{spec: {emulationVersion: x, binaryVersion: ''}}", "spec.emulationVersion: Invalid value: \"x\": must be a valid semantic version", "spec.binaryVersion: Required value")]
    public void A_candidate_says_which_version_it_is(string change, params string[] expected) => Assert.Equal(expected, Candidate.Create(change));

    [Theory]
    [InlineData("{}")]
    [InlineData("{spec: {resource: {resource: ''}}}", "spec.resource.resource: Required value: resource is required to be set")]
    public void A_migration_names_a_resource(string change, params string[] expected) => Assert.Equal(expected, Migration.Create(change));

    [Fact]
    public void A_migration_keeps_its_resource() => Assert.Equal(
        ["spec: Invalid value: {\"resource\":{\"group\":\"apps\",\"resource\":\"statefulsets\"}}: field is immutable"],
        Migration.Update("{spec: {resource: {resource: statefulsets}}}"));

    [Theory]
    [InlineData("{status: {resourceVersion: '5'}}", "{status: {resourceVersion: '5'}}")]
    [InlineData("{status: {resourceVersion: x}}", "{}", "status.resourceVersion: Invalid value: \"x\": resource version is not well formed: x")]
    [InlineData("{status: {resourceVersion: '6'}}", "{status: {resourceVersion: '5'}}", "status.resourceVersion: Invalid value: \"6\": field is immutable")]
    public void A_migration_keeps_where_it_began(string change, string old, params string[] expected) => Assert.Equal(expected, Migration.UpdateStatus(change, old));

    [Theory]
    [InlineData(Both, Unfinished, "Running condition cannot be true when success condition is true")]
    [InlineData(Unfinished, Finished, "Success condition cannot be set to false once it is true")]
    public void A_migration_ends_once(string conditions, string before, string expected) => Assert.EndsWith(
        expected,
        Assert.Single(Migration.UpdateStatus($"{{status: {{resourceVersion: '5', conditions: {conditions}}}}}", $"{{status: {{resourceVersion: '5', conditions: {before}}}}}")),
        StringComparison.Ordinal);
}

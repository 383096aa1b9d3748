using Keelson.Api.Serving;

namespace Keelson.Api.Tests.Rules;

/// <summary>No kind that is stored is taken unseen.</summary>
public sealed class EveryKindHasRulesTests
{
    /// <summary>Kinds with a status of which upstream checks the metadata alone.</summary>
    private static readonly string[] AnyStatus = ["batch/v1, Kind=CronJob", "networking.k8s.io/v1, Kind=ServiceCIDR"];

    private static IEnumerable<KindInfo> Stored => Catalog.Kinds.Where(kind =>
        kind.Resource is { } resource && resource.Verbs.Contains("watch") && !ServedResource.IsRetired(resource));

    [Fact]
    public void Every_stored_kind_has_rules() => Assert.Empty(Stored.Where(kind => !kind.Type.IsAssignableTo(typeof(IHasRules))).Select(kind => kind.Kind.ToString()));

    [Fact]
    public void Every_status_that_is_written_by_itself_has_rules()
    {
        var without = Stored.Where(kind => kind.Resource!.Subresources.Any(subresource => subresource.Name == "status"))
            .Where(kind => !ChecksStatus(kind.Type)).Select(kind => kind.Kind.ToString()).Order(StringComparer.Ordinal);

        Assert.Equal(AnyStatus.Order(StringComparer.Ordinal), without);
    }

    private static bool ChecksStatus(Type type)
    {
        var map = type.GetInterfaceMap(typeof(IHasRules));
        return map.TargetMethods.Zip(map.InterfaceMethods).Single(pair => pair.Second.Name == nameof(IHasRules.ValidateStatusUpdate)).First?.DeclaringType == type;
    }
}

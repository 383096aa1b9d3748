using System.Collections.Frozen;

namespace Keelson.Api;

/// <summary>All kinds that Keelson was built with. The generator writes the list from the declarations.</summary>
public static partial class Catalog
{
    private static readonly Lazy<FrozenDictionary<GroupVersionKind, KindInfo>> ByKind = new(Index);

    /// <summary>Every declared kind, lists not counted.</summary>
    public static IReadOnlyList<KindInfo> Kinds { get; } = Declared();

    /// <summary>The kind (or list) of that name, or null.</summary>
    public static KindInfo? Find(GroupVersionKind kind) => ByKind.Value.GetValueOrDefault(kind);

    private static FrozenDictionary<GroupVersionKind, KindInfo> Index() =>
        Kinds.Concat(Kinds.Select(kind => kind.List).OfType<KindInfo>()).ToFrozenDictionary(kind => kind.Kind);
}

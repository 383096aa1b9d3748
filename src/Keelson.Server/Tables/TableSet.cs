using Keelson.Server.Registry;

namespace Keelson.Server.Tables;

/// <summary>Which columns each resource has, as one list; a resource that is not in it is shown by name and age.</summary>
internal static class TableSet
{
    private static readonly Dictionary<string, ITableColumns> ByResource = new(StringComparer.Ordinal);

    public static ITableColumns Of(RegisteredResource resource) =>
        resource.Columns ?? ByResource.GetValueOrDefault(resource.QualifiedName, PlainColumns.Instance);
}

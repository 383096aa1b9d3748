using Keelson.Server.Registry;
using Keelson.Server.Storing;

namespace Keelson.Server.Admission;

/// <summary>Which plugins there are, in order: one line each.</summary>
internal static class AdmissionPlugins
{
    public static IReadOnlyList<IAdmissionPlugin> All(ObjectStore objects, ResourceRegistry registry) =>
    [
        new NamespaceLifecycle(objects, registry),
    ];
}

using Keelson.Api.Cel;
using Keelson.Api.Cel.Checking;
using Keelson.Api.Cel.Rules;
using Keelson.Api.Core.V1;
using Keelson.Api.Schemas;

namespace Keelson.Server.Admission.Policies;

/// <summary>What expressions about writes may use: object, oldObject, request, and more where it is asked for.</summary>
internal static class AdmissionExpressions
{
    /// <summary>The schema of the variable request, which is what webhooks are asked, without the objects.</summary>
    public static Schema RequestSchema => Api.Admission.V1.AdmissionRequest.TypeSchema;

    public static Schema NamespaceSchema => Namespace.TypeSchema;

    private static readonly DeclaredType RequestType = SchemaTypes.Of(RequestSchema, ValueRules.None, isRoot: false, "kubernetes.AdmissionRequest")!;

    private static readonly DeclaredType NamespaceType = SchemaTypes.Of(NamespaceSchema, ValueRules.None, isRoot: false, "kubernetes.Namespace")!;

    private static readonly DeclaredType PatchType = DeclaredType.Object("JSONPatch", () => new Dictionary<string, DeclaredType>
    {
        ["op"] = DeclaredType.Of(CelType.String, 10),
        ["path"] = DeclaredType.Of(CelType.String, DeclaredType.MaximumRequest),
        ["from"] = DeclaredType.Of(CelType.String, DeclaredType.MaximumRequest),
        ["value"] = DeclaredType.Dyn,
    });

    /// <summary>The types of objects that policies make: JSONPatch, and Object for what is written, whose fields are checked when it is merged.</summary>
    public static DeclaredType? FindObject(string name) => name switch
    {
        "JSONPatch" => PatchType,
        _ when name == "Object" || name.StartsWith("Object.", StringComparison.Ordinal) => DeclaredType.Object(name, () => new Dictionary<string, DeclaredType>()),
        _ => null,
    };

    public static CelEnvironment Environment(bool hasParams, bool hasAuthorizer) => Environment(DeclaredType.Dyn, hasParams ? DeclaredType.Dyn : null, hasAuthorizer);

    /// <summary>What expressions may use where the types of objects and parameters are known.</summary>
    /// <param name="parameters">The type of the parameters; null where there are none.</param>
    public static CelEnvironment Environment(DeclaredType written, DeclaredType? parameters, bool hasAuthorizer = true)
    {
        var environment = new CelEnvironment()
            .Variable("object", written)
            .Variable("oldObject", written)
            .Variable("request", RequestType)
            .Variable("namespaceObject", NamespaceType);
        if (parameters is not null) environment.Variable("params", parameters);
        return hasAuthorizer ? environment.Authorizer(withRequestResource: true) : environment;
    }
}

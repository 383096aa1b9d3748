namespace Keelson.Api.Json;

/// <summary>What Go calls a type, for the messages that tools match on.</summary>
internal static class GoTypeName
{
    public static string Of(Type type)
    {
        if (type == typeof(string)) return "string";
        if (type == typeof(bool)) return "bool";
        if (type == typeof(int)) return "int32";
        if (type == typeof(long)) return "int64";
        if (type == typeof(double)) return "float64";
        if (type == typeof(Quantity)) return "resource.Quantity";
        if (type == typeof(IntOrString)) return "intstr.IntOrString";
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ApiList<>)) return "[]" + Of(type.GenericTypeArguments[0]);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ApiMap<>)) return "map[string]" + Of(type.GenericTypeArguments[0]);

        // A package is a version of a group: the last part of the namespace.
        var space = type.Namespace ?? "";
        return $"{space[(space.LastIndexOf('.') + 1)..].ToLowerInvariant()}.{type.Name}";
    }
}

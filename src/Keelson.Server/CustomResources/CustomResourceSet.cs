using Keelson.Api;
using Keelson.Api.ApiExtensions.V1;
using Keelson.Api.Schemas;
using Keelson.Api.Structural;
using Keelson.Server.Registry;
using Keelson.Server.Webhooks;

namespace Keelson.Server.CustomResources;

/// <summary>The resources that a definition makes: one for each version that is served, and one for what is stored.</summary>
/// <param name="Served">What requests are for.</param>
/// <param name="Stored">What the cache reads stored objects as.</param>
internal sealed record CustomResourceSet(IReadOnlyList<RegisteredResource> Served, RegisteredResource Stored)
{
    private static readonly string[] VerbsAtTheEnd = ["delete", "deletecollection", "get", "list", "watch"];

    private static readonly GroupVersionKind ScaleKind = GroupVersionKind.Parse("autoscaling/v1", "Scale")!.Value;

    /// <exception cref="FormatException">A schema nests too deeply.</exception>
    /// <param name="read">Reads the definition again, for a schema that is made later.</param>
    public static CustomResourceSet Of(CustomResourceDefinition definition, RegisteredResource definitions, Func<CustomResourceDefinition> read, Func<WebhookTarget, string, IObjectConverter> converting)
    {
        var (spec, names) = (definition.Spec, definition.Status.AcceptedNames);
        var schemas = new Dictionary<string, SchemaSource>(StringComparer.Ordinal);
        foreach (var version in spec.Versions)
        {
            var kind = GroupVersionKind.Parse($"{spec.Group}/{version.Name}", names.Kind)!.Value;

            // Made once to see that it can be, and not kept: nothing of the definition is, either.
            SchemaOf(definition, kind);
            schemas[kind.ApiVersion] = SourceOf(read, kind);
        }

        var storage = spec.Versions.First(version => version.Storage);
        var storedKind = GroupVersionKind.Parse($"{spec.Group}/{storage.Name}", names.Kind)!.Value;
        var converter = ConverterOf(spec, converting);
        var scales = spec.Versions.ToDictionary(version => $"{spec.Group}/{version.Name}", version => version.Subresources?.Scale, StringComparer.Ordinal);
        return new CustomResourceSet([.. spec.Versions.Where(version => version.Served).Select(Make)], Make(storage));

        RegisteredResource Make(CustomResourceDefinitionVersion version)
        {
            var kind = GroupVersionKind.Parse($"{spec.Group}/{version.Name}", names.Kind)!.Value;
            var schema = schemas[kind.ApiVersion];
            return new RegisteredResource(InfoOf(definition, version, kind), schema, new CustomStrategy(schema, version.Subresources?.Scale) { SelectableFields = [.. version.SelectableFields.Select(field => Selectable(field.JsonPath))] })
            {
                Columns = CustomColumns.Of(version.AdditionalPrinterColumns),
                Custom = new CustomForm
                {
                    Kind = kind,
                    ListKind = names.ListKind,
                    Definitions = definitions,
                    DefinitionName = definition.Metadata.Name,
                    Stored = storedKind,
                    Source = schema,
                    Versions = schemas,
                    Converter = converter,
                    Scales = scales,
                    Warning = version.Deprecated ? version.DeprecationWarning ?? $"{kind.ApiVersion} {kind.Kind} is deprecated" : null,
                },
            };
        }
    }

    private static IObjectConverter? ConverterOf(CustomResourceDefinitionSpec spec, Func<WebhookTarget, string, IObjectConverter> converting)
    {
        if (spec.Conversion is not { Strategy: ConversionStrategyType.Webhook, Webhook: { ClientConfig: { } config } webhook }) return null;
        var service = config.Service is { } named ? (named.Namespace, named.Name, named.Path, named.Port) : ((string, string, string?, int?)?)null;
        // The first form that both sides know; a webhook that knows none is asked in the newest and may do what it can.
        var form = webhook.ConversionReviewVersions.FirstOrDefault(version => version is "v1" or "v1beta1") ?? "v1";
        return converting(WebhookTarget.Of(config.Url, service, config.CaBundle), $"apiextensions.k8s.io/{form}");
    }

    // Apart, so that the function holds nothing else.
    private static SchemaSource SourceOf(Func<CustomResourceDefinition> read, GroupVersionKind kind) => new(() => SchemaOf(read(), kind));

    private static Schema SchemaOf(CustomResourceDefinition definition, GroupVersionKind kind)
    {
        // A version that is gone by now is one of which a request is just being answered, as everything else says.
        var version = definition.Spec.Versions.FirstOrDefault(version => version.Name == kind.Version) ?? throw Http.Failures.NoSuchResource();
        return StructuralSchema.ForResource(StructuralSchema.Parse(version.Schema?.OpenAPIV3Schema ?? JSONSchemaProps.Empty), kind);
    }

    private static ResourceInfo InfoOf(CustomResourceDefinition definition, CustomResourceDefinitionVersion version, GroupVersionKind kind)
    {
        var names = definition.Status.AcceptedNames;
        var subresources = new List<SubresourceInfo>();
        if (version.Subresources?.Status is not null) subresources.Add(new SubresourceInfo("status", null));
        if (version.Subresources?.Scale is not null) subresources.Add(new SubresourceInfo("scale", ScaleKind));
        return new ResourceInfo(kind, names.Plural, definition.Spec.Scope == ResourceScope.Namespaced ? Scope.Namespaced : Scope.Cluster)
        {
            Singular = names.Singular,
            ShortNames = names.ShortNames.ToArray(),
            Categories = names.Categories.ToArray(),
            Subresources = subresources,
            Verbs = DefinitionStatus.Is(definition.Status, CustomResourceDefinitionConditionType.Terminating) ? VerbsAtTheEnd : ResourceInfo.AllVerbs,
        };
    }

    private static Registry.SelectableField Selectable(string path)
    {
        var steps = path[1..].Split('.');
        return new Registry.SelectableField(path[1..], value => value.ToValue()[steps] switch
        {
            null => null,
            { } found => found.AsText() ?? found.ToString(),
        });
    }
}

using Keelson.Api.OpenApi;
using Keelson.Api.Values;
using Keelson.Server.Objects;

namespace Keelson.Server.Aggregation;

/// <summary>The OpenAPI documents of this server with those of the servers behind it.</summary>
/// <remarks>A definition that both have is told as this server has it.</remarks>
internal static class MergedOpenApi
{
    /// <summary>The index at /openapi/v3: a version that another server answers has its document there.</summary>
    public static OpenApiDocument Index(OpenApiDocument local, Aggregator aggregator)
    {
        var told = aggregator.All.Select(remote => (remote.Path, aggregator.DescribedBy(remote)?.OpenApiUrl)).Where(item => item.OpenApiUrl is not null).ToList();
        if (told.Count == 0) return local;
        var index = (MapValue)ValueReader.Read(local.Content.Span, ObjectLimits.Trusted);
        foreach (var (path, url) in told) index = index.With(["paths", path[1..]], MapValue.Of(("serverRelativeURL", TextValue.Of(url!))));
        return OpenApiDocument.Of(ValueWriter.WriteBytes(index));
    }

    /// <summary>The document at /openapi/v2.</summary>
    public static OpenApiDocument Version2(OpenApiDocument local, Aggregator aggregator)
    {
        var told = aggregator.All.Select(remote => (remote.Path, Swagger: aggregator.DescribedBy(remote)?.Swagger ?? default)).Where(item => !item.Swagger.IsEmpty).ToList();
        if (told.Count == 0) return local;
        var document = (MapValue)ValueReader.Read(local.Content.Span, ObjectLimits.Trusted);
        var paths = (document["paths"] as MapValue ?? MapValue.Empty).ToBuilder();
        var definitions = (document["definitions"] as MapValue ?? MapValue.Empty).ToBuilder();
        var known = new HashSet<string>((document["definitions"] as MapValue ?? MapValue.Empty).Select(pair => pair.Key), StringComparer.Ordinal);
        foreach (var (path, swagger) in told)
        {
            if (Read(swagger) is not { } other) continue;
            foreach (var (name, value) in other["paths"] as MapValue ?? MapValue.Empty)
            {
                if (name == path + "/" || name.StartsWith(path + "/", StringComparison.Ordinal)) paths.Set(name, value);
            }

            foreach (var (name, value) in other["definitions"] as MapValue ?? MapValue.Empty)
            {
                if (known.Add(name)) definitions.Set(name, value);
            }
        }

        return OpenApiDocument.Of(ValueWriter.WriteBytes(document.With("paths", paths.Build()).With("definitions", definitions.Build())));
    }

    private static MapValue? Read(ReadOnlyMemory<byte> swagger)
    {
        try
        {
            return ValueReader.Read(swagger.Span, ObjectLimits.Trusted) as MapValue;
        }
        catch (Exception broken) when (broken is JsonFormatException or ValueDepthException)
        {
            return null;
        }
    }
}

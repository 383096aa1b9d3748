using Keelson.Api.OpenApi;
using Keelson.Api.Values;
using Keelson.Server.Objects;

namespace Keelson.Server.Aggregation;

/// <summary>The OpenAPI documents of this server with those of the servers behind it.</summary>
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

    /// <summary>The document at /openapi/v2. Of another server's, the parts of the versions that it answers; what is there already stays.</summary>
    public static OpenApiDocument Version2(OpenApiDocument local, Aggregator aggregator)
    {
        // In one order, so that definitions get the same names each time.
        var told = aggregator.All.OrderByDescending(remote => remote.Priority.Group).ThenByDescending(remote => remote.Priority.Version).ThenBy(remote => remote.Name, StringComparer.Ordinal)
            .Select(remote => (remote.Path, Swagger: aggregator.DescribedBy(remote)?.Swagger ?? default)).Where(item => !item.Swagger.IsEmpty).ToList();
        if (told.Count == 0) return local;
        var document = (MapValue)ValueReader.Read(local.Content.Span, ObjectLimits.Trusted);
        var paths = (document["paths"] as MapValue ?? MapValue.Empty).ToBuilder();
        var taken = (document["paths"] as MapValue ?? MapValue.Empty).Select(pair => pair.Key).ToHashSet(StringComparer.Ordinal);
        var parts = new[] { new SharedParts(document, "definitions"), new SharedParts(document, "parameters") };
        foreach (var (path, swagger) in told)
        {
            if (Read(swagger) is not { } other) continue;
            var kept = OnlyBelow(other, path + "/");
            foreach (var part in parts) kept = part.Add(kept);
            foreach (var (name, value) in kept["paths"] as MapValue ?? MapValue.Empty)
            {
                if (taken.Add(name)) paths.Set(name, value);
            }
        }

        document = document.With("paths", paths.Build());
        foreach (var part in parts) document = part.ApplyTo(document);
        return OpenApiDocument.Of(ValueWriter.WriteBytes(document));
    }

    /// <summary>The document with the paths below one, and without what only the others needed.</summary>
    private static MapValue OnlyBelow(MapValue document, string prefix)
    {
        var before = SharedParts.UsedBy(document);
        var paths = MapValue.From((document["paths"] as MapValue ?? MapValue.Empty).Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal)));
        var kept = document.With("paths", paths);
        var after = SharedParts.UsedBy(kept);
        foreach (var section in new[] { "definitions", "parameters" })
        {
            if (document[section] is not MapValue shared) continue;
            kept = kept.With(section, MapValue.From(shared.Where(pair => after.Contains($"#/{section}/{pair.Key}") || !before.Contains($"#/{section}/{pair.Key}"))));
        }

        return kept;
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

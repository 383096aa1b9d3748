using System.Globalization;
using Keelson.Api.Patch.Apply;
using Keelson.Api.Schemas;
using Keelson.Api.Values;

namespace Keelson.Api.Tests.Patch.Apply;

/// <summary>One object, as a server would keep it, and the requests that tests make for it.</summary>
internal sealed class Cluster
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    private readonly Func<string, string, FieldManager> _managers;
    private readonly string _kind;
    private readonly string _apiVersion;

    internal Cluster(FieldManagerOptions options)
        : this(options.Kind.Kind, options.Kind.ApiVersion, (_, subresource) => new FieldManager(options with { Subresource = subresource }))
    {
    }

    /// <param name="managers">The field manager for a version and a subresource.</param>
    internal Cluster(string kind, string apiVersion, Func<string, string, FieldManager> managers)
    {
        _kind = kind;
        _apiVersion = apiVersion;
        _managers = managers;
    }

    internal MapValue? Live { get; set; }

    internal DateTimeOffset Now { get; private set; } = Start;

    internal string Subresource { get; set; } = "";

    internal static Cluster Of(Schema schema, string apiVersion, string kind) => new(
        new FieldManagerOptions(GroupVersionKind.Parse(apiVersion, kind)!.Value, schema) { Empty = EmptyObject.Of(schema) });

    internal static Cluster OfConfigMaps() => Of(Samples.ConfigMap, "v1", "ConfigMap");

    internal static Cluster OfDeployments() => Of(Samples.Deployment, "apps/v1", "Deployment");

    internal void Tick() => Now = Now.AddMinutes(1);

    internal ApplyResult Apply(string manager, string configuration, bool force = false, string? version = null)
    {
        Tick();
        var result = _managers(version ?? _apiVersion, Subresource).Apply(Live, Complete(configuration, version), manager, force, Now);
        if (result.Object is not null) Live = Stored(result.Object);
        return result;
    }

    internal void Applies(string manager, string configuration, bool force = false, string? version = null)
    {
        var result = Apply(manager, configuration, force, version);
        Assert.True(result.Outcome == ApplyOutcome.Applied, result.Message);
    }

    internal MapValue Update(string manager, string content, string? version = null)
    {
        Tick();
        var updated = Complete(content, version);
        if (updated["metadata", "managedFields"] is null && Live?["metadata", "managedFields"] is { } managed)
        {
            updated = updated.With(["metadata", "managedFields"], managed);
        }

        return Write(manager, updated, version);
    }

    /// <summary>Writes exactly what is given.</summary>
    internal MapValue Write(string manager, MapValue updated, string? version = null) =>
        Live = Stored(_managers(version ?? _apiVersion, Subresource).Update(Live, updated, manager, Now));

    /// <summary>The object without what every object has.</summary>
    internal MapValue Content()
    {
        var content = ManagedFields.Strip(Live!).Without("apiVersion").Without("kind").Without(["metadata", "name"]).Without(["metadata", "uid"]);
        return content["metadata"] is MapValue { Count: 0 } ? content.Without("metadata") : content;
    }

    /// <summary>Manager, operation, version, subresource and time of each entry.</summary>
    internal string[] Owners() => [.. Entries().Select(entry => string.Join(
        ' ',
        new[] { "manager", "operation", "apiVersion", "subresource" }.Select(field => entry[field]?.AsText()).Where(text => text is not null)))];

    internal string? Fields(string manager, string operation = "Apply") =>
        Entries().SingleOrDefault(entry => entry["manager"]!.AsText() == manager && entry["operation"]!.AsText() == operation)?["fieldsV1"]?.ToString();

    internal string? Time(string manager) =>
        Entries().Single(entry => entry["manager"]!.AsText() == manager)["time"]?.AsText();

    internal static string Stamp(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private IEnumerable<MapValue> Entries() =>
        Live?["metadata", "managedFields"] is ListValue list ? list.Cast<MapValue>() : [];

    private MapValue Complete(string json, string? version)
    {
        var given = Samples.Json(json);
        return MapValue.From([new("apiVersion", version ?? _apiVersion), new("kind", _kind), .. given]).With(["metadata", "name"], "x");
    }

    private static MapValue Stored(MapValue @object) => @object.With(["metadata", "uid"], "u-1");
}

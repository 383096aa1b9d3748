using Keelson.Api;
using Keelson.Api.Json;
using Keelson.Api.Meta.V1;
using Keelson.Api.Schemas;
using Keelson.Api.Validation;
using Keelson.Api.Values;
using Keelson.Server.CustomResources;
using Keelson.Server.Objects;
using Keelson.Server.Tables;

namespace Keelson.Server.Registry.Older;

/// <summary>
/// Built-in kinds that are served in a second version, or group, beside the one that is stored, by the way that custom resources take.
/// Field selectors for them know metadata.name and metadata.namespace.
/// </summary>
internal static class OlderVersion
{
    /// <summary>Every built-in resource that is served in such a version.</summary>
    public static IEnumerable<RegisteredResource> All() =>
    [
        Of("autoscaling/v1", "autoscaling/v2", "HorizontalPodAutoscaler", new AutoscalerConversion(), AutoscalerConversion.Convert),
        Of("events.k8s.io/v1", "v1", "Event", new EventConversion(), EventConversion.Convert),
    ];

    private static RegisteredResource Of(string older, string newer, string name, IObjectConverter converter, Func<MapValue, string, MapValue> convert)
    {
        var (kind, stored) = (Find(older, name), Find(newer, name));
        return new RegisteredResource(kind.Resource!, kind.Schema, null, new OlderStrategy(kind), keptAs: stored.Kind.Group)
        {
            ServedAs = kind,
            Columns = new OlderColumns(stored, value => convert(value, newer)),
            Custom = new CustomForm
            {
                Kind = kind.Kind,
                ListKind = name + "List",
                Stored = stored.Kind,
                Schema = kind.Schema,
                Versions = new Dictionary<string, Schema>(StringComparer.Ordinal) { [older] = kind.Schema, [newer] = stored.Schema },
                Converter = converter,
                Between = convert,
            },
        };
    }

    private static KindInfo Find(string apiVersion, string name) => Catalog.Find(GroupVersionKind.Parse(apiVersion, name)!.Value)!;

    /// <summary>The defaults and rules of the declared type.</summary>
    private sealed class OlderStrategy(KindInfo kind) : ResourceStrategy
    {
        public override ApiObject Default(ApiObject value)
        {
            if (Read(value) is not IHasDefaults open) return value;
            var filled = open.WithDefaults();
            return ReferenceEquals(filled, open) ? value : new CustomObject((MapValue)ValueReader.Read(ApiJson.Encode((IKind)filled)));
        }

        public override void Validate(ApiObject created, FieldErrors errors) => (Read(created) as IHasRules)?.Validate(errors);

        public override void ValidateUpdate(ApiObject updated, ApiObject current, FieldErrors errors) => (Read(updated) as IHasRules)?.ValidateUpdate(Read(current), errors);

        public override void ValidateStatusUpdate(ApiObject updated, ApiObject current, FieldErrors errors) => (Read(updated) as IHasRules)?.ValidateStatusUpdate(Read(current), errors);

        private IResource Read(ApiObject value) => (IResource)ApiJson.Decode(ValueWriter.WriteBytes(value.ToValue()), kind, new DecodeReport());
    }

    /// <summary>The columns of the stored version.</summary>
    private sealed class OlderColumns(KindInfo stored, Func<MapValue, MapValue> convert) : ITableColumns
    {
        private readonly ITableColumns _newer = TableSet.Of(stored.Kind.Group.Length == 0 ? stored.Resource!.Plural : $"{stored.Resource!.Plural}.{stored.Kind.Group}");

        public ApiList<TableColumnDefinition> Columns => _newer.Columns;

        public TableCells Cells(ApiObject value, DateTimeOffset now) =>
            _newer.Cells(new TypedObject((IResource)ApiJson.Decode(ValueWriter.WriteBytes(convert(value.ToValue())), stored, new DecodeReport())), now);
    }
}

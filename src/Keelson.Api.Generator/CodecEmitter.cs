namespace Keelson.Api.Generator;

/// <summary>Writes a type's JSON and protobuf readers and writers.</summary>
internal static class CodecEmitter
{
    private const string Codecs = "global::Keelson.Api.Codecs.";

    /// <summary>The fields as JSON has them, inlined ones in place, with the path of properties to each.</summary>
    public static List<(FieldModel Field, string Path)> Flatten(IEnumerable<FieldModel> fields, string prefix = "")
    {
        var flat = new List<(FieldModel, string)>();
        foreach (var field in fields)
        {
            if (field.Inlined is null) flat.Add((field, prefix + field.Property));
            else flat.AddRange(Flatten(field.Inlined, prefix + field.Property + "."));
        }

        return flat;
    }

    public static void WriteNames(SourceWriter source, TypeModel type)
    {
        var names = Flatten(type.Fields).Select(entry => entry.Field.JsonName);
        if (type.HasTypeMeta) names = new[] { "kind", "apiVersion" }.Concat(names);
        var version = type.Namespace.Substring(type.Namespace.LastIndexOf('.') + 1).ToLowerInvariant();
        source.Line($"private static readonly global::Keelson.Api.Json.FieldNames _names = new({string.Join(", ", new[] { $"{version}.{type.Name}" }.Concat(names).Select(SourceWriter.Literal))});");
    }

    public static void JsonReader(SourceWriter source, TypeModel type)
    {
        var flat = Flatten(type.Fields);
        var offset = type.HasTypeMeta ? 2 : 0;
        source.Open($"private {type.Name}(ref global::Keelson.Api.Json.JsonReader reader)");
        source.Line("reader.BeginObject(_names);");
        source.Line("var seen = 0UL;");
        source.Line("var field = -1;");
        for (var index = 0; index < flat.Count; index++)
        {
            if (IsNested(flat[index].Path)) source.Line($"{flat[index].Field.Type} local{index} = {Zero(flat[index].Field)};");
        }

        source.Open("while (reader.NextField(_names, ref seen, ref field))");
        source.Open("switch (field)");
        if (type.HasTypeMeta)
        {
            source.Line($"case 0: Kind = {Codecs}StringCodec.ReadJson(ref reader); break;");
            source.Line($"case 1: ApiVersion = {Codecs}StringCodec.ReadJson(ref reader); break;");
        }

        for (var index = 0; index < flat.Count; index++)
        {
            var (field, path) = flat[index];
            var read = field.Nullable ? $"reader.IsNull ? ({field.Type})null : {JsonCodec(field)}.ReadJson(ref reader)" : $"{JsonCodec(field)}.ReadJson(ref reader)";
            source.Line($"case {index + offset}: {(IsNested(path) ? "local" + index : path)} = {read}; break;");
        }

        source.Line("default: break;");
        source.Close();
        source.Close();
        foreach (var field in type.Fields.Where(field => field.Inlined is not null))
        {
            source.Line($"{field.Property} = {Assemble(field, field.Property + ".", flat)};");
        }

        source.Close();
    }

    public static void JsonWriter(SourceWriter source, TypeModel type)
    {
        var flat = Flatten(type.Fields);
        var offset = type.HasTypeMeta ? 2 : 0;
        source.Open("public void WriteJson(global::Keelson.Api.Json.JsonWriter writer)");
        source.Line("writer.BeginObject();");
        if (type.HasTypeMeta)
        {
            source.Line("if (Kind.Length != 0) { writer.Name(_names, 0); writer.String(Kind); }");
            source.Line("if (ApiVersion.Length != 0) { writer.Name(_names, 1); writer.String(ApiVersion); }");
        }

        for (var index = 0; index < flat.Count; index++) JsonField(source, flat[index].Field, flat[index].Path, index + offset);
        source.Line("writer.EndObject();");
        source.Close();
    }

    public static void ProtobufReader(SourceWriter source, TypeModel type)
    {
        var fields = type.Fields.Where(field => field.Number > 0).ToList();
        source.Open($"private {type.Name}(ref global::Keelson.Api.Protobuf.ProtoReader reader)");
        foreach (var field in fields.Where(IsCollected))
        {
            source.Line($"var local{field.Number} = new global::Keelson.Api.Api{field.Shape}Builder<{field.ElementType}>();");
        }

        source.Open("while (reader.NextField(out var number))");
        source.Open("switch (number)");
        foreach (var field in fields)
        {
            var read = field switch
            {
                { Shape: Shape.List, Wrapped: false } => $"local{field.Number}.Add({field.Codec}.ReadProtobuf(ref reader))",
                { Shape: Shape.Map } => $"{JsonCodec(field)}.ReadEntry(ref reader, ref local{field.Number})",
                _ => $"{field.Property} = {JsonCodec(field)}.ReadProtobuf(ref reader)",
            };
            source.Line($"case {field.Number}: {read}; break;");
        }

        source.Line("default: reader.Skip(); break;");
        source.Close();
        source.Close();
        foreach (var field in fields.Where(IsCollected))
        {
            source.Line($"if (local{field.Number}.Count > 0) {field.Property} = local{field.Number}.To{field.Shape}();");
        }

        source.Close();
    }

    public static void ProtobufWriter(SourceWriter source, TypeModel type)
    {
        source.Open("public void WriteProtobuf(global::Keelson.Api.Protobuf.ProtoWriter writer)");
        foreach (var field in type.Fields.Where(field => field.Number > 0).OrderByDescending(field => field.Number))
        {
            var (number, property) = (field.Number, field.Property);
            source.Line(field switch
            {
                { Shape: Shape.List, Wrapped: true } => $"if (!{property}.IsNil) {JsonCodec(field)}.WriteProtobuf(writer, {number}, {property});",
                { Shape: Shape.List } => $"{JsonCodec(field)}.WriteElements(writer, {number}, {property});",
                { Shape: Shape.Map } => $"{JsonCodec(field)}.WriteEntries(writer, {number}, {property});",
                { Nullable: true } => $"if ({property} is {{ }} value{number}) {field.Codec}.WriteProtobuf(writer, {number}, value{number});",
                { Shape: Shape.Bytes } => $"if (!{property}.IsNil) {field.Codec}.WriteProtobuf(writer, {number}, {property});",
                _ => $"{field.Codec}.WriteProtobuf(writer, {number}, {property});",
            });
        }

        source.Close();
    }

    private static void JsonField(SourceWriter source, FieldModel field, string path, int index)
    {
        var name = $"writer.Name(_names, {index});";
        if (field.Nullable)
        {
            var present = $"{name} {JsonCodec(field)}.WriteJson(writer, value{index});";
            source.Line(field.Emit == "Always"
                ? $"if ({path} is {{ }} value{index}) {{ {present} }} else {{ {name} writer.Null(); }}"
                : $"if ({path} is {{ }} value{index}) {{ {present} }}");
            return;
        }

        var write = $"{name} {JsonCodec(field)}.WriteJson(writer, {path});";
        source.Line(field.Emit != "Always" && NotEmpty(field, path) is { } condition ? $"if ({condition}) {{ {write} }}" : write);
    }

    // When the field is written; null where it always is.
    private static string? NotEmpty(FieldModel field, string path) => field.Shape switch
    {
        Shape.Scalar => field.CoreType switch
        {
            "string" => $"{path}.Length != 0",
            "bool" => path,
            _ => $"{path} != 0",
        },
        Shape.Bytes or Shape.List or Shape.Map => $"!{path}.IsEmpty",
        Shape.Struct => field.Emit == "NotZero" ? $"!{path}.IsZero" : null,
        _ => field.Emit == "NotZero" ? $"{path} != {field.CoreType}.Empty" : null,
    };

    // The inlined object from the locals that its fields were read into; the shared empty one where none was met.
    private static string Assemble(FieldModel field, string prefix, List<(FieldModel Field, string Path)> flat)
    {
        var parts = field.Inlined!.Select(inner => inner.Inlined is null
            ? $"{inner.Property} = local{flat.FindIndex(entry => entry.Path == prefix + inner.Property)}"
            : $"{inner.Property} = {Assemble(inner, prefix + inner.Property + ".", flat)}");
        return $"new {field.CoreType} {{ {string.Join(", ", parts)} }}";
    }

    private static string JsonCodec(FieldModel field) => field.Shape switch
    {
        Shape.List => $"{Codecs}ListCodec<{field.ElementType}, {field.Codec}>",
        Shape.Map => $"{Codecs}MapCodec<{field.ElementType}, {field.Codec}>",
        _ => field.Codec,
    };

    private static string Zero(FieldModel field) => field switch
    {
        { Nullable: true } => "null",
        { CoreType: "string" } => "\"\"",
        { Shape: Shape.Message } => field.CoreType + ".Empty",
        _ => "default",
    };

    private static bool IsNested(string path) => path.Contains(".");

    private static bool IsCollected(FieldModel field) => field is { Shape: Shape.List, Wrapped: false } or { Shape: Shape.Map };
}

using Keelson.Api.Json;
using Keelson.Api.Patch.Merge;
using Keelson.Api.Validation;
using Keelson.Api.Values;
using Keelson.Api.Yaml;

namespace Keelson.Api.Tests.Rules;

/// <summary>A valid object of a kind, which tests change a little to see what the rules say.</summary>
internal sealed class Specimen<T>(string yaml)
    where T : class, IResource<T>
{
    private readonly Value _valid = YamlReader.Read(yaml);

    /// <summary>The object as the server sees it: changed, and with its defaults.</summary>
    public T With(string change = "{}") => Defaulted(MergePatch.Apply(_valid, YamlReader.Read(change)));

    /// <summary>What is wrong with a new object that differs by a change from the valid one.</summary>
    public string[] Create(string change = "{}")
    {
        var errors = new FieldErrors();
        ((IHasRules)With(change)).Validate(errors);
        return [.. errors.Select(error => error.ToString())];
    }

    /// <summary>What is wrong with a change of a stored object; both are told by how they differ from the valid one.</summary>
    public string[] Update(string change, string old = "{}")
    {
        var errors = new FieldErrors();
        ((IHasRules)With(change)).ValidateUpdate(With(old), errors);
        return [.. errors.Select(error => error.ToString())];
    }

    public string[] UpdateStatus(string change, string old = "{}")
    {
        var errors = new FieldErrors();
        ((IHasRules)With(change)).ValidateStatusUpdate(With(old), errors);
        return [.. errors.Select(error => error.ToString())];
    }

    /// <summary>An object with its defaults, as JSON, and without the parts that are not of interest.</summary>
    public static string Defaults(string yaml, string? field = "spec")
    {
        var written = (MapValue)ValueReader.Read(ApiJson.Encode(Defaulted(YamlReader.Read(yaml))));
        var parts = written.Where(entry => entry.Key is not ("kind" or "apiVersion"));
        return ValueWriter.WriteText(field is null ? MapValue.From(parts) : written[field]!);
    }

    private static T Defaulted(Value value)
    {
        var report = new DecodeReport();
        var read = ApiJson.Decode<T>(ValueWriter.WriteBytes(value), report);
        Assert.Empty(report.Findings);
        return read is IHasDefaults defaults ? (T)defaults.WithDefaults() : read;
    }
}

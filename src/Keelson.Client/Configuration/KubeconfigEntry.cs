using System.Text;
using Keelson.Api;
using Keelson.Api.Values;

namespace Keelson.Client.Configuration;

/// <summary>A cluster, user or context as a file has it.</summary>
internal sealed record KubeconfigEntry(string Source, MapValue Body, string Folder)
{
    public string? Text(string field) => Body[field] switch
    {
        null or NullValue => null,
        TextValue text => text.Text.Length == 0 ? null : text.Text,
        _ => throw Wrong($"{field} is no text"),
    };

    public bool Flag(string field) => Body[field] switch
    {
        null or NullValue => false,
        BoolValue value => value.Bool,
        _ => throw Wrong($"{field} is neither true nor false"),
    };

    /// <summary>A path, from the file's folder on where it is relative.</summary>
    public string? FilePath(string field) => Text(field) is { } path ? Path.Combine(Folder, path) : null;

    /// <summary>PEM that stands inline as base64 in field-data, or in the file that the field names; inline counts first.</summary>
    public PemSource? Pem(string field)
    {
        if (Text(field + "-data") is not { } data) return FilePath(field) is { } file ? new PemSource(null, file) : null;
        return Bytes.TryFromBase64(data, out var bytes)
            ? new PemSource(Encoding.UTF8.GetString(bytes.Span), null)
            : throw Wrong($"{field}-data is not base64");
    }

    public IReadOnlyList<string> Texts(string field) => Body[field] switch
    {
        null or NullValue => [],
        ListValue list => [.. list.Select(item => item.AsText() ?? throw Wrong($"{field} holds what is no text"))],
        _ => throw Wrong($"{field} is no list"),
    };

    public MapValue? Map(string field) => Body[field] switch
    {
        null or NullValue => null,
        MapValue map => map,
        _ => throw Wrong($"{field} is no map"),
    };

    public ConfigurationException Wrong(string what) => new($"{Source}: {what}");
}

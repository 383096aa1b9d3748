using System.Text;
using Keelson.Api.Json;
using Keelson.Api.Validation;
using Keelson.Api.Values;

namespace Keelson.Api.Tests.Rules;

/// <summary>Takes an object through defaults and rules as the server does.</summary>
internal static class RulesOf
{
    public static T Read<T>(string json)
        where T : class, IResource => (T)ApiJson.Decode(Encoding.UTF8.GetBytes(json), new DecodeReport());

    public static T Filled<T>(string json)
        where T : class, IResource, IHasDefaults => (T)Read<T>(json).WithDefaults();

    /// <summary>The object with its defaults, as JSON.</summary>
    public static Value Defaults<T>(string json)
        where T : class, IResource, IHasDefaults => ValueReader.Read(ApiJson.Encode(Filled<T>(json)));

    public static string[] Errors(IResource value)
    {
        var errors = new FieldErrors();
        ((IHasRules)((value as IHasDefaults)?.WithDefaults() ?? value)).Validate(errors);
        return Texts(errors);
    }

    public static string[] UpdateErrors(IHasRules value, IResource old)
    {
        var errors = new FieldErrors();
        value.ValidateUpdate(old, errors);
        return Texts(errors);
    }

    public static string[] Texts(FieldErrors errors) => [.. errors.Select(error => error.ToString())];

    /// <summary>The object with one field put in or replaced, the field's path with dots.</summary>
    public static string With(string json, string path, string value) =>
        ValueWriter.WriteText(Put(ValueReader.Read(json), path.Split('.'), ValueReader.Read(value)));

    private static Value Put(Value parent, ReadOnlySpan<string> path, Value value)
    {
        if (path.IsEmpty) return value;
        if (int.TryParse(path[0], out var index) && parent is ListValue list)
        {
            var items = list.ToList();
            var element = Put(index < items.Count ? items[index] : MapValue.Empty, path[1..], value);
            if (index < items.Count) items[index] = element;
            else items.Add(element);
            return ListValue.From(items);
        }

        var map = parent as MapValue ?? MapValue.Empty;
        return map.With(path[0], Put(map[path[0]] ?? MapValue.Empty, path[1..], value));
    }
}

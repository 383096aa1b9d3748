using Keelson.Client.Resources;

namespace Keelson.Client.Informers;

/// <summary>A second way to find objects in a cache: by values that a function gives for each.</summary>
public sealed class ObjectIndex<T>
    where T : class
{
    private readonly Func<T, IReadOnlyList<string>> _values;

    /// <param name="values">The values of one object, each once. It must depend on nothing but the object.</param>
    public ObjectIndex(string name, Func<T, IReadOnlyList<string>> values)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        _values = values;
    }

    public string Name { get; }

    internal IReadOnlyList<string> Values(T value) => _values(value);
}

/// <summary>The names of indexes that every cache can have.</summary>
public static class ObjectIndexes
{
    /// <summary>By namespace; every cache of namespaced objects has it.</summary>
    public const string Namespace = "namespace";

    /// <summary>By the uid of each owner.</summary>
    public const string Owner = "owner";

    /// <summary>By the uid of the owner that is the controller.</summary>
    public const string Controller = "controller";

    internal static ObjectIndex<T> ByNamespace<T>(ObjectForm<T> form)
        where T : class => new(Namespace, value => [form.Namespace(value)]);

    internal static ObjectIndex<T> ByOwner<T>(ObjectForm<T> form)
        where T : class => new(Owner, value => form.Owners(value) is { IsEmpty: false } owners ? [.. owners.Select(static owner => owner.Uid).Distinct()] : []);

    internal static ObjectIndex<T> ByController<T>(ObjectForm<T> form)
        where T : class => new(Controller, value =>
        {
            foreach (var owner in form.Owners(value))
            {
                if (owner.Controller == true) return [owner.Uid];
            }

            return [];
        });

    internal static ObjectIndex<T> ByLabel<T>(ObjectForm<T> form, string label)
        where T : class => new("label:" + label, value => form.Label(value, label) is { } text ? [text] : []);
}

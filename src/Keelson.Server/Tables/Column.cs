using Keelson.Api.Meta.V1;

namespace Keelson.Server.Tables;

/// <summary>Makes the definitions of columns.</summary>
internal static class Column
{
    public static TableColumnDefinition Name { get; } = Text("Name") with { Format = "name" };

    public static TableColumnDefinition Age { get; } = Text("Age");

    public static TableColumnDefinition Text(string name) => new() { Name = name, Type = "string", Description = Describe(name) };

    /// <summary>A number that stands in a column of text: upstream declares most counts so, and clients may look at the type.</summary>
    public static TableColumnDefinition Count(string name) => Text(name);

    public static TableColumnDefinition Number(string name) => new() { Name = name, Type = "integer", Description = Describe(name) };

    public static TableColumnDefinition Flag(string name) => new() { Name = name, Type = "boolean", Description = Describe(name) };

    public static TableColumnDefinition Date(string name) => new() { Name = name, Type = "date", Description = Describe(name) };

    /// <summary>The same column, shown only when more is asked for.</summary>
    public static TableColumnDefinition Wide(this TableColumnDefinition column) => column with { Priority = 1 };

    private static string Describe(string name) => $"The {name.ToLowerInvariant()} of the object.";
}

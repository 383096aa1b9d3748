namespace Keelson.Api.Structural.Patterns;

/// <summary>A pattern is not one, told in the words of Go's parser.</summary>
internal sealed class PatternSyntaxException(string fault, string expression)
    : FormatException($"error parsing regexp: {fault}: `{expression}`");

using System.Text;
using Keelson.Api.Json;
using Keelson.Api.Tests.Documents;
using Keelson.Api.Validation;

namespace Keelson.Api.Tests.Rules;

/// <summary>Rules and defaults take whatever a client sends: they answer, and do not throw.</summary>
public sealed class EveryKindTests
{
    private const int Rounds = 40;

    public static TheoryData<string> Kinds => new(Catalog.Kinds
        .Where(kind => Read(kind, "{}"u8.ToArray()) is IHasDefaults or IHasRules)
        .Select(kind => kind.Kind.ToString()).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Filled_and_empty_objects_are_filled_in_and_checked(string name)
    {
        var kind = Find(name);
        var filled = Read(kind, SchemaFiller.Document(kind))!;
        var empty = Read(kind, "{}"u8.ToArray())!;

        Check(filled, empty);
        Check(empty, filled);
        Check(filled, filled);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Damaged_objects_are_filled_in_and_checked(string name)
    {
        var kind = Find(name);
        var whole = SchemaFiller.Document(kind);
        var old = Read(kind, whole)!;
        var random = new Random(name.Length);
        for (var round = 0; round < Rounds; round++)
        {
            var text = Encoding.UTF8.GetString(whole);
            var from = random.Next(text.Length);
            var quote = text.IndexOf('"', from);
            if (quote < 0) continue;
            // A changed name loses a field, a changed value is another one; what cannot be read is not an object.
            var damaged = text[..(quote + 1)] + (char)random.Next('!', '~') + text[(quote + 1)..];
            if (Read(kind, Encoding.UTF8.GetBytes(damaged)) is { } value) Check(value, old);
        }
    }

    private static void Check(IResource value, IResource old)
    {
        if (value is IHasDefaults open)
        {
            value = open.WithDefaults();
            Assert.Equal(value, ((IHasDefaults)value).WithDefaults());
        }

        if (value is not IHasRules rules) return;
        var errors = new FieldErrors();
        rules.Validate(errors);
        rules.ValidateUpdate(old, errors);
        rules.ValidateStatusUpdate(old, errors);
        Assert.Equal(0, errors.Place.Depth);
        foreach (var error in errors) Assert.NotEmpty(error.ToString());
    }

    private static IResource? Read(KindInfo kind, byte[] json)
    {
        try
        {
            return ApiJson.Decode(json, kind, new DecodeReport()) as IResource;
        }
        catch (ApiFormatException)
        {
            return null;
        }
    }

    private static KindInfo Find(string name) => Catalog.Kinds.First(kind => kind.Kind.ToString() == name);
}

using Keelson.Api.Json;
using Keelson.Api.Tests.Documents;
using Keelson.Api.Validation;
using Keelson.Api.Values;

namespace Keelson.Api.Tests.Rules;

/// <summary>What defaults and rules of all kinds keep to, whatever they are given.</summary>
public sealed class EveryKindRulesTests
{
    private const int Rounds = 40;

    public static TheoryData<string> Kinds => new(Catalog.Kinds
        .Where(kind => typeof(IHasDefaults).IsAssignableFrom(kind.Type) || typeof(IHasRules).IsAssignableFrom(kind.Type))
        .Select(kind => kind.Kind.ToString()).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Defaults_of_filled_and_of_empty_objects_change_nothing_when_applied_again(string name)
    {
        var kind = Find(name);
        foreach (var document in Documents(kind))
        {
            if (ApiJson.Decode(document, kind, new DecodeReport()) is not IHasDefaults read) return;
            var once = read.WithDefaults();

            Assert.Equal(once, ((IHasDefaults)once).WithDefaults());
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Rules_answer_for_filled_empty_and_damaged_objects(string name)
    {
        var kind = Find(name);
        var objects = Documents(kind).Concat(Damaged(kind)).Select(document => Read(document, kind)).OfType<IResource>().ToList();
        foreach (var read in objects)
        {
            if (read is IHasDefaults defaults) Check(defaults.WithDefaults(), objects[0]);
            Check(read, objects[0]);
            Check(objects[0], read);
        }
    }

    private static void Check(IResource read, IResource old)
    {
        if (read is not IHasRules rules) return;
        var errors = new FieldErrors();
        rules.Validate(errors);
        rules.ValidateUpdate(old, errors);
        rules.ValidateStatusUpdate(old, errors);
        Assert.Equal(0, errors.Place.Depth);
        Assert.All(errors, error => Assert.NotEqual("", error.ToString()));
    }

    private static IEnumerable<byte[]> Documents(KindInfo kind)
    {
        yield return "{}"u8.ToArray();
        for (var seed = 1; seed <= 3; seed++) yield return ValueWriter.WriteBytes(new SchemaFiller(seed).Fill(kind.Schema)!);
    }

    /// <summary>Filled objects from which fields are missing, or in which they are empty.</summary>
    private static IEnumerable<byte[]> Damaged(KindInfo kind)
    {
        var random = new Random(1);
        var filled = new SchemaFiller(1).Fill(kind.Schema)!;
        for (var round = 0; round < Rounds; round++) yield return ValueWriter.WriteBytes(Damage(filled, random));
    }

    private static Value Damage(Value value, Random random) => value switch
    {
        MapValue map => MapValue.From(map.Where(_ => random.Next(8) > 0).Select(entry => KeyValuePair.Create(entry.Key, Damage(entry.Value, random)))),
        ListValue list when random.Next(6) == 0 => ListValue.Empty,
        ListValue list => ListValue.From(list.Select(item => Damage(item, random))),
        TextValue when random.Next(8) == 0 => "",
        IntegerValue when random.Next(8) == 0 => random.Next(3) - 1,
        _ => value,
    };

    private static IKind? Read(byte[] document, KindInfo kind)
    {
        try
        {
            return ApiJson.Decode(document, kind, new DecodeReport());
        }
        catch (ApiFormatException)
        {
            return null;
        }
    }

    private static KindInfo Find(string name) => Catalog.Kinds.Single(kind => kind.Kind.ToString() == name);
}

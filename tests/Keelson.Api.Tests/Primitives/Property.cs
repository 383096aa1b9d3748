using FsCheck;
using FsCheck.Fluent;

namespace Keelson.Api.Tests.Primitives;

/// <summary>Runs a property over samples drawn by FsCheck from a fixed seed, so that a failure comes again.</summary>
internal static class Property
{
    public const int Runs = 2000;

    private static readonly Config Repeatable = Config.QuickThrowOnFailure.WithMaxTest(Runs).WithReplay(20_240_229UL, 7UL).WithQuietOnSuccess(true);

    /// <summary>Draws a seed, makes a sample of it, and holds it to the property.</summary>
    public static void Check<T>(Func<Random, T> draw, Action<T> property) =>
        FsCheck.Check.One(Repeatable, Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed => property(draw(new Random(seed)))));

    /// <summary>Draws text of an alphabet, and now and then any characters at all.</summary>
    public static void CheckText(string alphabet, int maximumLength, Action<string> property) =>
        Check(random => Text(random, alphabet, maximumLength), property);

    public static string Text(Random random, string alphabet, int maximumLength)
    {
        var letters = new char[random.Next(maximumLength + 1)];
        var wild = random.Next(20) == 0;
        for (var i = 0; i < letters.Length; i++)
        {
            letters[i] = wild ? (char)random.Next(0xD800) : alphabet[random.Next(alphabet.Length)];
        }
        return new string(letters);
    }
}

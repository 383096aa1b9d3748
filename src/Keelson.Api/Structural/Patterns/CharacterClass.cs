using System.Globalization;
using System.Text;

namespace Keelson.Api.Structural.Patterns;

/// <summary>A set of characters, as a class in brackets or an escape names it.</summary>
internal sealed class CharacterClass
{
    private readonly List<Item> _items = [];
    private ulong _low;
    private ulong _high;

    public static readonly CharacterClass Digits = new CharacterClass().Add('0', '9').Freeze();
    public static readonly CharacterClass Words = new CharacterClass().Add('0', '9').Add('A', 'Z').Add('_', '_').Add('a', 'z').Freeze();
    public static readonly CharacterClass Spaces = new CharacterClass().Add('\t', '\n').Add('\f', '\r').Add(' ', ' ').Freeze();

    public bool IsNegated { get; set; }

    public bool IgnoresCase { get; set; }

    public static bool IsWord(int rune) => rune < 0x80 && Words.Contains(rune);

    public CharacterClass Add(int first, int last)
    {
        _items.Add(new Item(first, last, 0, null, false));
        return this;
    }

    public void Add(CharacterClass other, bool negated) => _items.Add(new Item(0, -1, 0, other, negated));

    public void AddCategories(uint categories, bool negated) => _items.Add(new Item(0, -1, categories, null, negated));

    /// <summary>The same characters without regard to what is added later; ASCII is looked up in a table.</summary>
    public CharacterClass Freeze()
    {
        for (var rune = 0; rune < 0x80; rune++)
        {
            if (!Compute(rune)) continue;
            if (rune < 64) _low |= 1UL << rune;
            else _high |= 1UL << (rune - 64);
        }

        return this;
    }

    public bool Contains(int rune) => rune switch
    {
        < 64 => (_low >> rune & 1) != 0,
        < 128 => (_high >> (rune - 64) & 1) != 0,
        _ => Compute(rune),
    };

    private bool Compute(int rune) => (Has(rune) || (IgnoresCase && HasInOtherCase(rune))) != IsNegated;

    private bool HasInOtherCase(int rune)
    {
        foreach (var other in CaseFolding.Others(rune))
        {
            if (Has(other)) return true;
        }

        return false;
    }

    private bool Has(int rune)
    {
        foreach (var item in _items)
        {
            if (item.Has(rune)) return true;
        }

        return false;
    }

    private readonly record struct Item(int First, int Last, uint Categories, CharacterClass? Other, bool Negated)
    {
        public bool Has(int rune)
        {
            if (Other is not null) return Other.Contains(rune) != Negated;
            if (Categories == 0) return rune >= First && rune <= Last;
            var category = Rune.IsValid(rune) ? Rune.GetUnicodeCategory(new Rune(rune)) : UnicodeCategory.Surrogate;
            return ((Categories >> (int)category & 1) != 0) != Negated;
        }
    }
}

/// <summary>Which characters are the same when case does not count.</summary>
internal static class CaseFolding
{
    private const int KelvinSign = 0x212A;
    private const int LongS = 0x17F;

    /// <summary>The other forms of a character.</summary>
    public static int[] Others(int rune)
    {
        if (!Rune.IsValid(rune)) return [];
        switch (rune)
        {
            case 'k' or 'K': return [rune ^ 0x20, KelvinSign];
            case 's' or 'S': return [rune ^ 0x20, LongS];
            case KelvinSign: return ['k', 'K'];
            case LongS: return ['s', 'S'];
        }

        var lower = Rune.ToLowerInvariant(new Rune(rune)).Value;
        var upper = Rune.ToUpperInvariant(new Rune(rune)).Value;
        if (lower != rune) return [lower];
        return upper != rune ? [upper] : [];
    }
}

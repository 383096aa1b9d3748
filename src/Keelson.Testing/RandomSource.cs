using System.Text;

namespace Keelson.Testing;

/// <summary>Chance that repeats: streams of random numbers by name, all from one seed.</summary>
/// <remarks>A stream depends on the seed and its name only, so a new user of chance changes nothing for the others.</remarks>
public sealed class RandomSource(int seed)
{
    private int _forks;

    public int Seed { get; } = seed;

    /// <summary>A new generator for one user; the same name gives the same numbers again.</summary>
    public Random Stream(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new Random(Mix(name));
    }

    /// <summary>A source for a forked cluster: the first fork of a seed is always the same, and unlike the second.</summary>
    public RandomSource Fork() => new(Mix($"fork {Interlocked.Increment(ref _forks)}"));

    // FNV-1a: the runtime's own hash of a string differs from one process to the next.
    private int Mix(string name)
    {
        var hash = 2166136261u ^ (uint)Seed;
        foreach (var part in Encoding.UTF8.GetBytes(name)) hash = (hash ^ part) * 16777619u;
        return (int)(hash & int.MaxValue);
    }
}

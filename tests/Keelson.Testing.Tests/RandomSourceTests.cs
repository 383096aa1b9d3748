namespace Keelson.Testing.Tests;

public sealed class RandomSourceTests
{
    [Fact]
    public void The_same_seed_and_name_give_the_same_numbers()
    {
        Assert.Equal(Numbers(new RandomSource(7).Stream("names")), Numbers(new RandomSource(7).Stream("names")));
    }

    [Fact]
    public void Another_seed_or_name_gives_other_numbers()
    {
        var numbers = Numbers(new RandomSource(7).Stream("names"));
        Assert.NotEqual(numbers, Numbers(new RandomSource(8).Stream("names")));
        Assert.NotEqual(numbers, Numbers(new RandomSource(7).Stream("jitter")));
    }

    [Fact]
    public void Numbers_are_the_same_on_every_machine_and_in_every_process()
    {
        // Written down once: what a seed in a bug report gives must not change.
        var random = new RandomSource(1).Stream("written down");
        Assert.Equal((71, 80, 67), (random.Next(100), random.Next(100), random.Next(100)));
    }

    [Fact]
    public void Forks_repeat_and_differ_from_each_other()
    {
        var one = new RandomSource(7);
        var other = new RandomSource(7);
        var (first, second) = (one.Fork(), one.Fork());
        Assert.Equal(first.Seed, other.Fork().Seed);
        Assert.NotEqual(first.Seed, second.Seed);
    }

    private static int[] Numbers(Random random) => [.. Enumerable.Range(0, 20).Select(_ => random.Next())];
}

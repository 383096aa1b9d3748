namespace Keelson.Client.Tests.Support;

/// <summary>Waits for what other threads do, with a deadline.</summary>
internal static class Eventually
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    public static async Task HoldsAsync(Func<bool> condition, string what)
    {
        var end = TimeProvider.System.GetTimestamp() + (long)(Deadline.TotalSeconds * TimeProvider.System.TimestampFrequency);
        while (!condition())
        {
            if (TimeProvider.System.GetTimestamp() > end) throw new TimeoutException($"It did not come to hold that {what}.");
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System);
        }
    }

    /// <summary>A token that ends a test that hangs.</summary>
    public static CancellationToken Limit() => new CancellationTokenSource(Deadline * 2, TimeProvider.System).Token;
}

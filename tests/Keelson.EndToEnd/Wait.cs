using System.Runtime.CompilerServices;

namespace Keelson.EndToEnd;

/// <summary>Waits for what programs in processes of their own do, whose clock nobody can turn.</summary>
internal static class Wait
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    /// <summary>Returns once the condition holds; fails when it does not in a minute and a half.</summary>
    public static Task ForAsync(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string text = "") =>
        ForAsync(() => Task.FromResult(condition()), text);

    /// <summary>As <see cref="ForAsync(Func{bool}, string)"/>, for a condition that has to ask.</summary>
    public static async Task ForAsync(Func<Task<bool>> condition, [CallerArgumentExpression(nameof(condition))] string text = "")
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Patience) throw new TimeoutException($"Not within {Patience}: {text}");
            await Task.Delay(Step);
        }
    }
}

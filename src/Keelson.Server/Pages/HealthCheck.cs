namespace Keelson.Server.Pages;

/// <summary>Something that has to be well for the server to be.</summary>
/// <param name="Name">As upstream names it, where it has the same.</param>
/// <param name="Check">Why it is not well, or null.</param>
internal sealed record HealthCheck(string Name, Func<CancellationToken, ValueTask<string?>> Check)
{
    public HealthCheck(string name, Func<string?> check) : this(name, _ => ValueTask.FromResult(check())) { }
}

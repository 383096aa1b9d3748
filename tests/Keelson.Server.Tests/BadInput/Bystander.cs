using System.Diagnostics;

namespace Keelson.Server.Tests.BadInput;

/// <summary>Another client of the server, who only wants to work on: it notes how long its requests take while others misbehave.</summary>
internal sealed class Bystander : IAsyncDisposable
{
    private readonly HttpClient _client;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _running;

    public Bystander(ListeningServer server)
    {
        _client = server.NewClient();
        _running = Task.Run(RunAsync);
    }

    public int Answers { get; private set; }

    public TimeSpan Slowest { get; private set; }

    /// <summary>Whether every request was answered well, and none waited for long.</summary>
    public async Task CheckAsync()
    {
        await _ending.CancelAsync();
        await _running;
        Assert.True(Answers > 0, "the server answered nobody else");
        Assert.True(Slowest < TimeSpan.FromSeconds(10), $"another client had to wait for {Slowest}");
        TestContext.Current.TestOutputHelper?.WriteLine($"meanwhile {Answers} requests of another client were answered, the slowest in {Slowest.TotalMilliseconds:N0} ms");
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _running;
        _client.Dispose();
        _ending.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            var clock = Stopwatch.StartNew();
            var answer = await TestServer.SendAsync(_client, "GET", "/api/v1/namespaces/default");
            Assert.Equal(200, answer.Code);
            Answers++;
            if (clock.Elapsed > Slowest) Slowest = clock.Elapsed;
        }
    }
}

using Keelson.Api.Coordination.V1;
using Keelson.Client.Election;
using Keelson.Client.Tests.Support;

namespace Keelson.Client.Tests.Election;

/// <summary>Candidates against the real server on a clock that the test turns.</summary>
public sealed class LeaderElectorTests
{
    private static readonly ObjectKey Name = new("kube-system", "controllers");

    [Fact]
    public async Task One_leads_and_when_it_stops_the_other_follows_at_once()
    {
        await using var server = await LocalServer.StartAsync();
        using var client = server.CreateClient();
        await using var a = new Candidate(client, "a");
        await a.Turn(server, () => a.IsLeading);
        await using var b = new Candidate(client, "b");
        var start = server.Clock.GetUtcNow();
        await a.Turn(server, () => b.Elector.Leader == "a" && server.Clock.GetUtcNow() - start > TimeSpan.FromSeconds(40));
        Assert.True(a.IsLeading);
        Assert.False(b.IsLeading);
        var stopped = server.Clock.GetUtcNow();
        await a.StopAsync();
        await a.Turn(server, () => b.IsLeading);
        // Without the release it would be the lease's 15 s.
        Assert.InRange(server.Clock.GetUtcNow() - stopped, TimeSpan.Zero, TimeSpan.FromSeconds(12));
        var lease = await client.Resource<Lease>().GetAsync(Name, Eventually.Limit());
        Assert.Equal(("b", 15), (lease.Spec.HolderIdentity, lease.Spec.LeaseDurationSeconds));
        Assert.True(lease.Spec.LeaseTransitions >= 1);
    }

    [Fact]
    public async Task A_leader_that_cannot_renew_ends_its_work_before_another_leads()
    {
        await using var server = await LocalServer.StartAsync();
        using var healthy = server.CreateClient();
        using var wire = new CutHandler(server.Handler);
        using var cut = new ApiClient(new ApiClientOptions { Handler = wire, Time = server.Clock });
        await using var a = new Candidate(cut, "a");
        await a.Turn(server, () => a.IsLeading);
        await using var b = new Candidate(healthy, "b");
        wire.IsCut = true;
        // The last renewal was at most 2 s ago: a is out after 12 s at the latest, and the lease is free after 13 s at the earliest.
        var began = server.Clock.GetUtcNow();
        await a.Turn(server, () => server.Clock.GetUtcNow() - began >= TimeSpan.FromSeconds(12.5));
        await Eventually.HoldsAsync(() => !a.IsLeading, "the work has ended");
        Assert.False(b.IsLeading);
        await a.Turn(server, () => b.IsLeading);
        Assert.InRange(server.Clock.GetUtcNow() - began, TimeSpan.FromSeconds(12.5), TimeSpan.FromSeconds(30));
        await Assert.ThrowsAsync<LeadershipLostException>(() => a.Running);
    }

    [Fact]
    public async Task Of_many_candidates_never_two_lead()
    {
        await using var server = await LocalServer.StartAsync();
        using var client = server.CreateClient();
        var leading = 0;
        var candidates = Enumerable.Range(0, 5).Select(i => new Candidate(client, $"c{i}", seed: i)
        {
            OnChange = leads => Assert.InRange(leads ? Interlocked.Increment(ref leading) : Interlocked.Decrement(ref leading), 0, 1),
        }).ToList();
        foreach (var _ in candidates.ToList())
        {
            await candidates[0].Turn(server, () => candidates.Exists(candidate => candidate.IsLeading));
            var leader = candidates.Single(candidate => candidate.IsLeading);
            await leader.StopAsync();
            candidates.Remove(leader);
            if (candidates.Count == 0) return;
        }
    }

    [Fact]
    public void Timings_that_cannot_work_are_refused()
    {
        using var api = new FakeApi();
        using var client = new ApiClient(api);
        var options = new LeaderElectionOptions { Lease = Name, Identity = "a" };
        Assert.Throws<ArgumentException>(() => new LeaderElector(client, options with { RenewDeadline = options.LeaseDuration }));
        Assert.Throws<ArgumentException>(() => new LeaderElector(client, options with { RetryPeriod = options.RenewDeadline }));
        Assert.Throws<ArgumentException>(() => new LeaderElector(client, options with { Identity = "" }));
    }

    private sealed class Candidate : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();

        public Candidate(ApiClient client, string identity, int seed = 0)
        {
            Elector = new LeaderElector(client, new LeaderElectionOptions { Lease = Name, Identity = identity, Seed = seed });
            Running = Elector.RunAsync(LeadAsync, _stop.Token);
        }

        public LeaderElector Elector { get; }

        public Task Running { get; }

        public volatile bool IsLeading;

        public Action<bool>? OnChange { get; set; }

        public Task Turn(LocalServer server, Func<bool> until) => server.TurnUntilAsync(until, TimeSpan.FromMinutes(5));

        public async Task StopAsync()
        {
            await _stop.CancelAsync();
            await Task.WhenAny(Running).WaitAsync(Eventually.Deadline);
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            _stop.Dispose();
        }

        private async Task LeadAsync(CancellationToken cancel)
        {
            IsLeading = true;
            OnChange?.Invoke(true);
            try
            {
                await Task.Delay(Timeout.Infinite, cancel);
            }
            finally
            {
                IsLeading = false;
                OnChange?.Invoke(false);
            }
        }
    }

    private sealed class CutHandler(HttpMessageHandler inner) : HttpMessageHandler
    {
        private readonly HttpMessageInvoker _inner = new(inner, disposeHandler: false);

        public volatile bool IsCut;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            IsCut ? throw new HttpRequestException("no route to host") : _inner.SendAsync(request, cancellationToken);
    }
}

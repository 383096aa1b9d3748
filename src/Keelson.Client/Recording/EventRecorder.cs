using System.Globalization;
using System.Threading.Channels;
using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Api.Values;
using Keelson.Client.Resources;

namespace Keelson.Client.Recording;

/// <summary>Reports what happened to objects as Events, which kubectl describe shows. Never waits, and never floods the server.</summary>
/// <remarks>The same event again raises a count; many that differ little are combined; too many about one object are dropped.</remarks>
public sealed class EventRecorder
{
    public const string Normal = "Normal";
    public const string Warning = "Warning";

    /// <summary>The longest message that the server takes.</summary>
    private const int MessageLimit = 1024;

    private readonly ResourceClient<Event> _events;
    private readonly EventRecorderOptions _options;
    private readonly TimeProvider _time;
    private readonly EventCorrelator _correlator;
    private readonly Channel<Event> _queue;
    private long _dropped;
    private long _lastStamp;

    public EventRecorder(ApiClient client, EventRecorderOptions options)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(options);
        _events = client.Resource<Event>();
        _options = options;
        _time = client.Options.Time;
        _correlator = new EventCorrelator(options, _time);
        _queue = Channel.CreateBounded<Event>(new BoundedChannelOptions(options.QueueLimit) { SingleReader = true });
    }

    /// <summary>How many events were not sent, because there were too many or the server did not take them.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Reports that all is well, and what was done.</summary>
    public void Record<T>(T about, string reason, string message)
        where T : class, IResource<T> => Record(Reference(about), Normal, reason, message);

    /// <summary>Reports that something is wrong.</summary>
    public void Warn<T>(T about, string reason, string message)
        where T : class, IResource<T> => Record(Reference(about), Warning, reason, message);

    /// <summary>Reports something of an object, or of a part of it that the reference names.</summary>
    /// <param name="type">Normal or Warning.</param>
    /// <param name="reason">One word in CamelCase.</param>
    public void Record(ObjectReference about, string type, string reason, string message)
    {
        ArgumentNullException.ThrowIfNull(about);
        ArgumentNullException.ThrowIfNull(message);
        var now = _time.GetUtcNow();
        var value = new Event
        {
            Metadata = new ObjectMeta { Name = Name(about.Name, now), Namespace = about.Namespace.Length > 0 ? about.Namespace : "default" },
            InvolvedObject = about,
            Type = type,
            Reason = reason,
            Message = message.Length <= MessageLimit ? message : message[..(MessageLimit - 3)] + "...",
            FirstTimestamp = Time.FromDateTimeOffset(now),
            LastTimestamp = Time.FromDateTimeOffset(now),
            Count = 1,
            Source = new EventSource { Component = _options.Component, Host = _options.Host },
            ReportingComponent = _options.Component,
            ReportingInstance = _options.Host,
        };
        if (!_queue.Writer.TryWrite(value)) Interlocked.Increment(ref _dropped);
    }

    /// <summary>How events name an object.</summary>
    public static ObjectReference Reference<T>(T about)
        where T : class, IResource<T>
    {
        ArgumentNullException.ThrowIfNull(about);
        return new ObjectReference
        {
            ApiVersion = T.GroupVersionKind.ApiVersion,
            Kind = T.GroupVersionKind.Kind,
            Namespace = about.Metadata.Namespace,
            Name = about.Metadata.Name,
            Uid = about.Metadata.Uid,
            ResourceVersion = about.Metadata.ResourceVersion,
        };
    }

    /// <summary>Sends what is reported until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            await foreach (var value in _queue.Reader.ReadAllAsync(cancel).ConfigureAwait(false))
            {
                if (_correlator.Correlate(value) is var (correlated, written)) await SendAsync(correlated, written, cancel).ConfigureAwait(false);
                else Interlocked.Increment(ref _dropped);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // That is how it ends.
        }
    }

    private async Task SendAsync(Event value, Action<Event> written, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                written(await WriteAsync(value, cancel).ConfigureAwait(false));
                return;
            }
            catch (Exception failure) when (failure is ApiException or HttpRequestException or IOException or TimeoutException or ApiFormatException)
            {
                _options.OnError?.Invoke(failure);
                // What the server refuses it will refuse again; only where there was no answer another attempt helps.
                if (failure is ApiException || attempt >= _options.Attempts)
                {
                    Interlocked.Increment(ref _dropped);
                    return;
                }
            }

            await Task.Delay(_options.RetryPeriod, _time, cancel).ConfigureAwait(false);
        }
    }

    private async Task<Event> WriteAsync(Event value, CancellationToken cancel)
    {
        var events = _events.In(value.Metadata.Namespace);
        if (value.Count > 1)
        {
            try
            {
                var patch = MapValue.Of(("count", value.Count), ("lastTimestamp", value.LastTimestamp.ToString()), ("message", value.Message));
                return await events.PatchAsync(value.Metadata.Name, PatchBody.Strategic(patch), cancel: cancel).ConfigureAwait(false);
            }
            catch (ApiException gone) when (gone.IsNotFound)
            {
                // Events expire. It begins again with the count that it had.
            }
        }

        return await events.CreateAsync(value with { Metadata = value.Metadata with { ResourceVersion = "" } }, cancel: cancel).ConfigureAwait(false);
    }

    // The object's name and a number that only rises, in the form that upstream's events have.
    private string Name(string about, DateTimeOffset now)
    {
        var stamp = (now - DateTimeOffset.UnixEpoch).Ticks * 100;
        for (; ; )
        {
            var last = Interlocked.Read(ref _lastStamp);
            var next = Math.Max(stamp, last + 1);
            if (Interlocked.CompareExchange(ref _lastStamp, next, last) == last) return $"{about}.{next.ToString("x", CultureInfo.InvariantCulture)}";
        }
    }
}

using System.Globalization;
using Keelson.Api;
using Keelson.Api.Apps.V1;
using Keelson.Api.Meta.V1;
using Keelson.Control.Controllers.Deployments;
using Keelson.Control.Tests.Cluster;

namespace Keelson.Control.Tests.Controllers.Deployments;

/// <summary>The plan alone, against sets that are nothing but numbers and a chance that has them work or not.</summary>
public sealed class DeploymentPlanTests
{
    private static readonly Time Start = Time.FromUnixSeconds(1_700_000_000);

    [Fact]
    public void A_rollout_from_a_steady_state_never_leaves_its_bounds_and_always_arrives()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var world = new World(random);
            world.Settle(checkBounds: false);
            world.Change("image-1");
            world.Settle(checkBounds: true);
            // A second change in the middle of a rollout: the bounds hold for it too.
            world.Change("image-2");
            for (var step = random.Next(6); step > 0; step--) world.Step(checkBounds: true);
            world.Change("image-3");
            world.Settle(checkBounds: true);
            Assert.Equal(world.Replicas, world.Sets.Where(set => set.Spec.Template.Spec.Containers[0].Image == "image-3").Sum(set => set.Spec.Replicas));
        }
    }

    [Fact]
    public void A_deployment_that_is_scaled_in_the_middle_of_a_rollout_arrives()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var world = new World(random);
            world.Settle(checkBounds: false);
            world.Change("image-1");
            for (var step = random.Next(6); step > 0; step--) world.Step(checkBounds: true);
            world.Replicas = random.Next(0, 40);
            world.Settle(checkBounds: false);
            Assert.Equal(world.Replicas, world.Sets.Sum(set => set.Spec.Replicas));
        }
    }

    [Fact]
    public void Any_state_converges()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var world = new World(random);
            world.Scatter();
            world.Settle(checkBounds: false);
            Assert.Equal(world.Replicas, world.Sets.Where(set => set.Spec.Template.Spec.Containers[0].Image == "image-0").Sum(set => set.Spec.Replicas));
            Assert.Equal(world.Replicas, world.Sets.Sum(set => set.Spec.Replicas));
        }
    }

    private sealed class World(Random random)
    {
        private readonly IntOrString _surge = random.Next(2) == 0 ? random.Next(0, 5) : string.Create(CultureInfo.InvariantCulture, $"{random.Next(0, 101)}%");
        private readonly IntOrString _unavailable = random.Next(2) == 0 ? random.Next(0, 5) : string.Create(CultureInfo.InvariantCulture, $"{random.Next(0, 101)}%");
        private string _image = "image-0";
        private Time _now = Start;
        private DeploymentStatus _status = DeploymentStatus.Empty;

        public int Replicas { get; set; } = random.Next(0, 20);

        public List<ReplicaSet> Sets { get; } = [];

        private Deployment Deployment => new()
        {
            Metadata = new ObjectMeta { Name = "web", Namespace = "default", Uid = "u", Generation = 1 },
            Spec = new DeploymentSpec
            {
                Replicas = Replicas,
                Selector = ControlCluster.Selector(),
                Template = ControlCluster.Template(_image),
                Strategy = new DeploymentStrategy { RollingUpdate = new RollingUpdateDeployment { MaxSurge = _surge, MaxUnavailable = _unavailable } },
            },
            Status = _status,
        };

        public void Change(string image) => _image = image;

        // Sets of any size, some of whose pods work.
        public void Scatter()
        {
            for (var i = 0; i < 4; i++)
            {
                var deployment = Deployment;
                deployment = deployment with { Spec = deployment.Spec with { Template = ControlCluster.Template("image-" + i) } };
                Add(Revisions.NewSet(DeploymentView.Of(deployment, Sets), random.Next(0, 12)));
            }
        }

        public void Settle(bool checkBounds)
        {
            for (var steps = 0; ; steps++)
            {
                Assert.True(steps < 2000, "it does not arrive");
                // What the plan saw counts, not what became of the sets since.
                var isAtRest = Sets.All(set => set.Status.AvailableReplicas == set.Spec.Replicas && set.Status.Replicas == set.Spec.Replicas);
                if (!Step(checkBounds) && isAtRest) return;
            }
        }

        public bool Step(bool checkBounds)
        {
            _now += TimeSpan.FromSeconds(1);
            var plan = DeploymentPlan.Compute(Deployment, Sets, _ => false, _now);
            _status = plan.Status;
            foreach (var change in plan.Changes)
            {
                var index = Sets.FindIndex(set => set.Metadata.Uid == change.Before.Metadata.Uid);
                Sets[index] = change.After;
            }

            if (plan.Create is { } create) Add(create);
            var view = DeploymentView.Of(Deployment, Sets);
            if (checkBounds) Assert.True(Sets.Sum(set => set.Spec.Replicas) <= Replicas + view.MaxSurge, "too many pods");
            for (var i = 0; i < Sets.Count; i++) Sets[i] = Live(Sets[i]);
            if (checkBounds) Assert.True(Sets.Sum(set => set.Status.AvailableReplicas) >= Replicas - view.MaxUnavailable, "too few available");
            return plan.Changes.Count > 0 || plan.Create is not null;
        }

        private void Add(ReplicaSet set) => Sets.Add(set with
        {
            Metadata = set.Metadata with { Uid = "set-" + Sets.Count, CreationTimestamp = Start + TimeSpan.FromSeconds(Sets.Count) },
        });

        // A set deletes what does not work first, and of the others some begin to.
        private ReplicaSet Live(ReplicaSet set)
        {
            var size = set.Spec.Replicas!.Value;
            var available = Math.Min(set.Status.AvailableReplicas, size);
            available += random.Next(0, size - available + 1);
            return set with { Status = new ReplicaSetStatus { Replicas = size, AvailableReplicas = available, ReadyReplicas = available, ObservedGeneration = set.Metadata.Generation } };
        }
    }
}

import { RegionStepper } from '../kit/decision-bar.tsx';
import type { ViewerEngine } from './engine.ts';
import { stepNoun, stepText } from './step-words.ts';
import { useViewer } from './use-viewer.ts';

/** Steps through the changes or regions of the images on screen, for the bar under them. */
export function SceneStepper({
  engine,
  onRegion,
}: {
  engine: ViewerEngine;
  onRegion: (index: number | null) => void;
}) {
  useViewer(engine, (state) => state.key);
  useViewer(engine, (state) => state.isAligned);
  const region = useViewer(engine, (state) => state.region);
  const { scene } = engine;
  if (scene === null || scene.regions.length === 0) return null;
  return (
    <RegionStepper
      what={stepNoun(scene)}
      place={stepText(region, scene)}
      onStep={(by) => onRegion(engine.steps.stepRegion(by))}
    />
  );
}

import type { ReactNode } from 'react';
import { Announcer } from '../announcer.tsx';
import { TopBar } from '../top-bar.tsx';
import { ControlSamples } from './control-samples.tsx';
import { LogSamples } from './log-samples.tsx';
import { NoticeSamples } from './notice-samples.tsx';
import { Sample, SampleGroup } from './sample.tsx';
import { ScreenSamples } from './screen-samples.tsx';
import './gallery.css';

/** Every part of the kit in every state, on one page. For development only; not shipped. */
export function Gallery(): ReactNode {
  return (
    <>
      <TopBar
        mark={
          <a className="mark" href="#controls">
            dpxdt
          </a>
        }
        crumbs={[<a href="#controls">Kiln &amp; Oak</a>, <a href="#screen">06-16-r01 #1</a>]}
        title={<h1>UI kit</h1>}
      >
        {null}
      </TopBar>
      <main className="gallery">
        <SampleGroup id="frame" title="Frame">
          <Sample name="top-bar.tsx">The bar above this page.</Sample>
        </SampleGroup>
        <ControlSamples />
        <NoticeSamples />
        <LogSamples />
        <ScreenSamples />
      </main>
      <Announcer />
    </>
  );
}
